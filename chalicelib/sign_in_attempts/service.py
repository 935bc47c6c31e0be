"""Lists and searches sign-in attempts for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.aws.dynamodb import Page, Table
from chalicelib.errors import NotFound
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import Attempt
from chalicelib.sign_in_attempts.store import attempt_lookup, attempts_of

_SEARCHED_AT_ONCE: Final = 200
_MAX_SEARCHES: Final = 10


@dataclass(frozen=True, slots=True)
class Attempts:
    """Reads attempts of one connection or of a whole organization."""

    table: Table

    def page(
        self, organization: Organization, connection_id: str | None, now: datetime, *, limit: int, after: str | None
    ) -> Page[Attempt]:
        """Lists attempts, newest first.

        Args:
            connection_id: one of the organization's; None for all of them.

        Raises:
            NotFound: no such connection.
            Unavailable: the store did not answer.
        """
        connections = self._connections(organization, connection_id)
        pages = [self.table.page(attempts_of(c, now), limit=limit, after=after) for c in connections]
        merged = sorted((attempt for page in pages for attempt in page.values), key=lambda a: a.id, reverse=True)
        more = len(merged) > limit or any(page.after is not None for page in pages)
        shown = tuple(merged[:limit])
        return Page(shown, shown[-1].id if more and shown else None)

    def search(
        self,
        organization: Organization,
        connection_id: str | None,
        wanted: AttemptFilter,
        now: datetime,
        *,
        limit: int,
        after: str | None,
    ) -> Page[Attempt]:
        """Searches attempts, newest first. Reads up to 2,000 attempts, or one page per connection, starting at the end
        of the filter's period. `after` continues the search, even after an empty page.

        Args:
            connection_id: one of the organization's; None for all of them.

        Raises:
            NotFound: no such connection.
            Unavailable: the store did not answer.
        """
        connections = self._connections(organization, connection_id)
        reads = max(1, _MAX_SEARCHES // max(1, len(connections)))
        pages = [self._search_connection(c, wanted, now, limit=limit, after=after, reads=reads) for c in connections]
        # Below the point that the slowest search has reached, the merged result would be incomplete.
        reached = max((page.after for page in pages if page.after is not None), default=None)
        found = sorted((attempt for page in pages for attempt in page.values), key=lambda a: a.id, reverse=True)
        known = [attempt for attempt in found if reached is None or attempt.id >= reached]
        shown = tuple(known[:limit])
        return Page(shown, shown[-1].id if len(known) > limit else reached)

    def _search_connection(
        self, connection_id: str, wanted: AttemptFilter, now: datetime, *, limit: int, after: str | None, reads: int
    ) -> Page[Attempt]:
        found: list[Attempt] = []
        after = after or wanted.begins_after
        for _ in range(reads):
            page = self.table.page(attempts_of(connection_id, now), limit=_SEARCHED_AT_ONCE, after=after)
            for attempt in page.values:
                if wanted.is_beyond(attempt):
                    return Page(tuple(found), None)
                if not wanted.admits(attempt):
                    continue
                if len(found) == limit:
                    return Page(tuple(found), found[-1].id)
                found.append(attempt)
            after = page.after
            if after is None:
                break
        return Page(tuple(found), after)

    def get(self, organization: Organization, connection_id: str | None, attempt_id: str, now: datetime) -> Attempt:
        """Returns one attempt.

        Raises:
            NotFound: no such connection or attempt.
            Unavailable: the store did not answer.
        """
        connections = self._connections(organization, connection_id)
        if not is_id(attempt_id, "att"):
            raise NotFound
        lookups = [attempt_lookup(c, attempt_id, now) for c in connections]
        found = next((attempt for attempt in self.table.read_all(lookups) if attempt is not None), None)
        if found is None:
            raise NotFound
        return found

    def get_refused(self, connection_id: str, attempt_id: str, now: datetime) -> Attempt | None:
        """Returns a refused attempt to the browser that made it; the caller has verified that it did.

        Raises:
            Unavailable: the store did not answer.
        """
        (attempt,) = self.table.read(attempt_lookup(connection_id, attempt_id, now))
        return attempt

    def _connections(self, organization: Organization, connection_id: str | None) -> list[str]:
        if connection_id is None:
            return [c.id for c in organization.connections]
        if organization.connection(connection_id) is None:
            raise NotFound
        return [connection_id]

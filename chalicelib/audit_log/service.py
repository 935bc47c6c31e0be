"""Reads and verifies the audit log for admins and operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.audit_log.model import SignedEvent
from chalicelib.audit_log.store import events_of
from chalicelib.aws.dynamodb import Page, Range, Table
from chalicelib.identifier import first_id
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

if TYPE_CHECKING:
    from chalicelib.audit_log.verification import Verification

T = TypeVar("T")

_READ_AT_ONCE: Final = 200
_MAX_READS: Final = 10
_MAX_LINES: Final = 1000
_MAX_BYTES: Final = 2_000_000  # Lambda's limit is 6 MB, and its JSON encoding expands a byte to at most three


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Finds events and verifies that they are complete and unaltered.

    Every method raises Unavailable if AWS did not respond.
    """

    table: Table
    keys: DeploymentKeysSecret

    def page(
        self, organization_id: str, wanted: AuditFilter, now: datetime, *, limit: int, after: str | None
    ) -> Page[SignedEvent]:
        """Returns matching events, newest first. Reads up to two thousand events per call; `after` continues the
        search.

        Args:
            organization_id: or `DEPLOYMENT`.
        """
        found: list[SignedEvent] = []
        if wanted.until is not None:
            bound = first_id("evt", at=wanted.until)
            after = bound if after is None else min(after, bound)
        for _ in range(_MAX_READS):
            page = self.table.page(events_of(organization_id, now), limit=_READ_AT_ONCE, after=after)
            for sealed in page.values:
                if wanted.is_before(sealed.event):
                    return Page(tuple(found), None)
                if not wanted.admits(sealed.event):
                    continue
                if len(found) == limit:
                    return Page(tuple(found), found[-1].event.id)
                found.append(sealed)
            after = page.after
            if after is None:
                break
        return Page(tuple(found), after)

    def lines(
        self, organization_id: str, wanted: AuditFilter, now: datetime, *, after: str | None
    ) -> tuple[list[str], str | None]:
        """Returns matching events as JSON lines, newest first, as many as fit into one response; and the position to
        continue from, None at the end.

        A line's `event` is the canonical JSON of which `hash` is the SHA-256.
        """
        page = self.page(organization_id, wanted, now, limit=_MAX_LINES, after=after)
        found, size = list[str](), 0
        for sealed in page.values:
            line = f'{{"event":{sealed.text},"hash":"{sealed.hash}","mac":"{sealed.mac}"}}'
            size += len(line.encode())
            if size > _MAX_BYTES and found:
                return found, page.values[len(found) - 1].event.id
            found.append(line)
        return found, page.after

    def verify(self, organization_id: str, now: datetime) -> Verification:
        """Reads the whole log and the checkpoints of the stage. Uses about 200 bytes of memory per event.

        The reading order matters, see `Verification`.
        """
        from chalicelib.audit_log.digest_store import digests_of, every_checkpoint, head_lookups, stored_events_of
        from chalicelib.audit_log.verification import Verification

        verification = Verification(organization_id, self.keys.load(now).audit.all, now)
        for number, record in self._every(every_checkpoint()):
            verification.checkpoint(number, record)
        for number, record in self._every(digests_of(organization_id)):
            verification.digest(number, record)
        for head in self.table.read_all(head_lookups(organization_id)):
            if head is not None:
                verification.head(head)
        for event in self._every(stored_events_of(organization_id)):
            verification.event(event)
        return verification

    def _every(self, wanted: Range[T]) -> Iterator[T]:
        after: str | None = ""
        while after is not None:
            page = self.table.page_forward(wanted, limit=_READ_AT_ONCE, after=after)
            yield from page.values
            after = page.after

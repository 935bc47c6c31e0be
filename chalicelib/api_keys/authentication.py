"""Authenticates and authorizes API keys."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.api_keys.model import ApiKey, Scope
from chalicelib.api_keys.store import api_key_lookup, note_api_key_use
from chalicelib.audit_log.actor import ActorKind
from chalicelib.aws.dynamodb import Lookup, Table
from chalicelib.errors import NotAllowed, NotFound, NotSignedIn, Unavailable
from chalicelib.i18n.message import message
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup
from chalicelib.request_context import set_actor


@dataclass(frozen=True, slots=True)
class ApiKeyAuthenticator:
    """Looks API keys up without caching, so a revoked key is refused from the next request on."""

    table: Table

    def key(self, secret_sha256: str, scope: Scope, now: datetime) -> ApiKey:
        """Returns the key with this hash, in one read.

        Raises:
            NotSignedIn: there is no such key, or it has expired.
            NotAllowed: `insufficient_scope`.
            Unavailable: the store did not respond.
        """
        (key,) = self.table.read(api_key_lookup(secret_sha256))
        return admit_key(self.table, key, scope, now)

    def key_and_organization(
        self, secret_sha256: str, organization_id: str, scope: Scope, now: datetime, also: Sequence[Lookup[Any]] = ()
    ) -> tuple[ApiKey, Organization | None, tuple[Any, ...]]:
        """Returns the key with this hash, the organization unless it is deleted, and what else was looked up, in one
        read.

        Raises:
            NotSignedIn, NotAllowed, Unavailable: as `key`.
        """
        lookups: list[Lookup[Any]] = [api_key_lookup(secret_sha256), organization_lookup(organization_id)]
        key, organization, *found = self.table.read_all([*lookups, *also])
        return admit_key(self.table, key, scope, now), organization, tuple(found)


def admit_key(table: Table, key: ApiKey | None, scope: Scope, now: datetime) -> ApiKey:
    """Returns the key if it is valid and has the scope. Records the day of its use: one write per key and day.

    Raises:
        NotSignedIn: there is no such key, or it has expired.
        NotAllowed: `insufficient_scope`.
    """
    if key is None:
        raise invalid_api_key()
    if key.has_expired(now):
        raise NotSignedIn("invalid_api_key", message("problem.invalid_api_key.expired"))
    set_actor(ActorKind.API_KEY, key.id, key.organization_id)
    today = now.astimezone(UTC).date()
    if key.last_used_on is None or key.last_used_on < today:
        with suppress(NotFound, Unavailable):  # a concurrent request has recorded it, or the next request will
            table.write(note_api_key_use(key, today))
    if not key.allows(scope):
        raise insufficient_scope(scope)
    return key


def insufficient_scope(scope: Scope) -> NotAllowed:
    """The key lacks the required scope."""
    return NotAllowed("insufficient_scope", message("problem.insufficient_scope", scope=scope.value))


def invalid_api_key() -> NotSignedIn:
    """Malformed, unknown and revoked keys get the same error."""
    return NotSignedIn("invalid_api_key")

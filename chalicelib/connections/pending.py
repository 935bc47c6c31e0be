"""Changes a live connection without interruption: new values stay pending until tested, then replace the current
ones.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.aws.transaction import Write
from chalicelib.connections.access import enterprise_required
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.events import connection_changed
from chalicelib.connections.input import binding_of_typed_url, validate_values
from chalicelib.connections.model import Connection, ConnectionStatus, IdentityProviderValues, Provider
from chalicelib.connections.removed_certificates import remembering_removals
from chalicelib.connections.service import Connections
from chalicelib.connections.store import change_connection
from chalicelib.errors import Conflict, Stale
from chalicelib.idp_metadata.input import apply_metadata
from chalicelib.organizations.model import summary_of
from chalicelib.organizations.store import put_summary_in_plan


@dataclass(frozen=True, slots=True)
class PendingConfiguration:
    """Manages the pending values of an identity provider.

    Every method raises Stale if the connection changed since it was read, and
    Unavailable.
    """

    table: AuditedTable
    configurations: Connections

    def propose(
        self,
        before: Connection,
        changes: ConnectionChanges,
        seen_version: int,
        now: datetime,
        *,
        provider: Provider | None = None,
        by_guest: bool = False,
        together_with: tuple[Write, ...] = (),
    ) -> Connection:
        """Saves new values as pending; absent ones are copied from the current values.

        Args:
            provider: the new provider, if it changes; takes effect at once.
            by_guest: proposed by the guest of a setup link.
            together_with: writes of other items in the same transaction.

        Raises:
            Invalid: invalid fields.
        """
        made = self.configurations
        _require_version(before, seen_version)
        base = before.pending or before.values
        filled = apply_metadata(changes, made.fetch, made.settings, now, before, base.request_binding)
        values = validate_values(filled, before.attribute_mapping, made.settings, now)
        values |= binding_of_typed_url(values, base.url)
        by_guest = by_guest if "metadata_url" in values else base.metadata_url_by_guest
        proposed = replace(_merge_proposal(base, values), metadata_url_by_guest=by_guest)
        kept = before
        completing: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        if "x509_certificates" in filled:
            trusted = made.keep_certificates(before, filled["x509_certificates"], now)
            proposed = replace(proposed, certificates=trusted.certificates, secret_version=None)
            kept, completing = trusted.connection, made.completing(trusted)
        changed = replace(kept, provider=provider or before.provider, pending=proposed)
        with completing:
            return self._save(before, changed, now, together_with)

    def discard(self, before: Connection, seen_version: int, now: datetime) -> Connection:
        """Deletes the pending values."""
        _require_version(before, seen_version)
        return self._save(before, replace(before, pending=None), now)

    def apply(self, before: Connection, seen_version: int, now: datetime) -> Connection:
        """Replaces the current values with tested pending ones, in one write. A live connection stays active
        throughout.

        Raises:
            Conflict: `test_required`: there are no pending values, or the last test did not prove them.
        """
        _require_version(before, seen_version)
        if before.pending is None or not before.has_passed_test(of_pending=True):
            raise _test_required()
        kept: dict[str, Any] = {"previous": before.values if before.proven else None, "swapped_at": now}
        swapped = before.with_values(before.pending)
        return self._save(before, replace(swapped, pending=None, proven=True, was_active=False, **kept), now)

    def roll_back(self, before: Connection, seen_version: int, now: datetime) -> Connection:
        """Restores the values from before the last swap. The current values can be restored the same way, if they were
        proven.

        Raises:
            Conflict: `nothing_to_roll_back`: there was no swap, or it was more than 30 days ago.
        """
        _require_version(before, seen_version)
        if before.previous is None or not before.can_roll_back(now):
            raise Conflict("nothing_to_roll_back")
        swapped = before.with_values(before.previous)
        previous = before.values if before.proven else None
        return self._save(before, replace(swapped, previous=previous, swapped_at=now, proven=True), now)

    def activate(self, before: Connection, seen_version: int, now: datetime) -> Connection:
        """Activates a ready connection whose last test passed with exactly these values.

        Raises:
            Conflict: `test_required`: there was no such test.
        """
        _require_version(before, seen_version)
        if before.status is ConnectionStatus.ACTIVE:
            return before
        if before.status is not ConnectionStatus.READY or not before.has_passed_test(of_pending=False):
            raise _test_required()
        return self._save(before, replace(before, proven=True, was_active=False), now)

    def _save(
        self, before: Connection, after: Connection, now: datetime, together_with: tuple[Write, ...] = ()
    ) -> Connection:
        after = remembering_removals(before, replace(after, updated_at=now, version=before.version + 1))
        refused = enterprise_required(self.configurations.settings)
        note = put_summary_in_plan(after.organization_id, summary_of(after), refused)
        events = connection_changed(before, after)
        self.table.commit(events, *together_with, change_connection(after, before=before), note, now=now)
        self.configurations.cache.forget(after.id)
        return after


def _require_version(connection: Connection, seen_version: int) -> None:
    if connection.version != seen_version:
        raise Stale


def _merge_proposal(base: IdentityProviderValues, values: dict[str, Any]) -> IdentityProviderValues:
    """Returns the values with the proposed changes applied, except certificates."""
    return replace(
        base,
        url=values.get("identity_provider_url", base.url),
        issuer=values.get("identity_provider_issuer", base.issuer),
        metadata_url=values.get("metadata_url", base.metadata_url),
        sign_requests=values.get("sign_requests", base.sign_requests),
        request_binding=values.get("request_binding", base.request_binding),
        metadata_binding=values.get("metadata_binding", base.metadata_binding),
    )


def _test_required() -> Conflict:
    return Conflict("test_required")

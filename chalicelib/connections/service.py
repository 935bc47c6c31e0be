"""Creates, reads, changes and deletes connections on behalf of admins."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.aws.transaction import Write
from chalicelib.connections.access import (
    LoadedConnection,
    connection_lookups,
    current_check,
    require_connection,
    require_enterprise,
    require_loaded,
)
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.changes import ConnectionChanges, with_proof_of_same_provider
from chalicelib.connections.deleted_store import record_deleted_connection
from chalicelib.connections.events import connection_changed, connection_created, connection_deleted
from chalicelib.connections.input import binding_of_typed_url, read_certificates, validate_values
from chalicelib.connections.model import Connection, ConnectionStatus, Provider
from chalicelib.connections.removed_certificates import remembering_removals
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import change_connection, connection_lookup, create_connection, delete_connection
from chalicelib.errors import Conflict, NotFound, Stale, Unavailable
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import is_id, new_id
from chalicelib.idp_metadata.input import apply_metadata
from chalicelib.idp_metadata.metered_fetch import Fetch
from chalicelib.organizations.domain_store import require_domain_not_foreign
from chalicelib.organizations.model import Organization, summary_of
from chalicelib.organizations.store import (
    add_connection,
    connection_limit,
    forget_connection,
    organization_lookup,
    put_connection_summary,
)
from chalicelib.saml.certificate import CertificateFacts
from chalicelib.settings import Settings
from chalicelib.users.email_address import domain_of

MAX_CONNECTIONS: Final = 25
_MAX_RETRIES: Final = 3
_LOG: Final = logging.getLogger("gatehouse")


@dataclass(frozen=True, slots=True)
class TrustedCertificates:
    """The certificates that a save has put into the secret.

    Attributes:
        connection: as stored, but without secret versions that are no longer needed.
        certificates: the facts for its item.
        is_written: true if the secret was written.
    """

    connection: Connection
    certificates: tuple[CertificateFacts, ...]
    is_written: bool


@dataclass(frozen=True, slots=True)
class Connections:
    """Creates, finds, changes and deletes connections of an organization on the enterprise plan.

    Every method raises NotAllowed (`enterprise_plan_required`) on another plan, NotFound if the organization or
    connection doesn't exist, and Unavailable if AWS did not respond.
    """

    table: AuditedTable
    certificates: CertificateSecrets
    settings: Settings
    cache: ConnectionCache
    fetch: Fetch

    def create(
        self,
        organization_id: str,
        *,
        now: datetime,
        name: str | None = None,
        provider: Provider = Provider.OTHER,
        receipt: IdempotencyRecord | None = None,
        is_first: bool = False,
    ) -> Connection:
        """Creates a draft.

        Args:
            is_first: create it only if the organization has none, so that two tabs don't create two.

        Raises:
            Conflict: `connection_limit`, `connection_exists`.
        """
        connection = replace(self.new_draft(organization_id, now=now), name=name, provider=provider)
        settled = [complete(receipt, connection.id)] if receipt else []
        writes = (*self.new_writes(connection, is_first=is_first), *settled)
        try:
            self.table.commit([connection_created(connection)], *writes, now=now)
        except Conflict:
            self._organization(organization_id)  # raises if the organization was deleted or downgraded concurrently
            raise
        return connection

    def new_writes(self, draft: Connection, *, is_first: bool = False) -> tuple[Write, ...]:
        """The writes that create a draft, on condition that the limit isn't reached by then."""
        note = add_connection(draft.organization_id, summary_of(draft), most=MAX_CONNECTIONS, is_first=is_first)
        return (create_connection(draft), note)

    def new_draft(self, organization_id: str, *, now: datetime) -> Connection:
        """Returns a new draft without writing it.

        Raises:
            Conflict: `connection_limit`.
        """
        if len(self._organization(organization_id).connections) >= MAX_CONNECTIONS:
            raise connection_limit(MAX_CONNECTIONS)
        return Connection(id=new_id("conn", now=now), organization_id=organization_id, created_at=now, updated_at=now)

    def get(self, organization_id: str, connection_id: str) -> Connection:
        """Returns a connection of this organization."""
        if not (is_id(organization_id, "org") and is_id(connection_id, "conn")):
            raise NotFound
        organization, connection = self.table.read(
            organization_lookup(organization_id), connection_lookup(connection_id)
        )
        if organization is None:
            raise NotFound
        return require_connection(organization, connection, self.settings)

    def load(self, organization: Organization, connection_id: str, now: datetime) -> LoadedConnection:
        """Returns a connection of an organization that the request has read, with its last metadata check."""
        return require_loaded(organization, self.table.read_all(connection_lookups(connection_id, now)), self.settings)

    def list(self, organization_id: str) -> tuple[Connection, ...]:
        """Lists the organization's connections, newest first."""
        return self.list_of(self._organization(organization_id))

    def list_of(self, organization: Organization) -> tuple[Connection, ...]:
        """Lists the connections of an organization that the request has read, newest first."""
        require_enterprise(organization, self.settings)
        found = self.table.read_all([connection_lookup(c.id) for c in organization.connections])
        return tuple(sorted((c for c in found if c is not None), key=lambda c: c.id, reverse=True))

    def list_with_checks(self, organization: Organization, now: datetime) -> tuple[LoadedConnection, ...]:
        """Lists the organization's connections with their last metadata checks, newest first."""
        require_enterprise(organization, self.settings)
        ids = sorted((connection.id for connection in organization.connections), reverse=True)
        found = self.table.read_all([lookup for one in ids for lookup in connection_lookups(one, now)])
        pairs = zip(found[::2], found[1::2], strict=True)
        return tuple(LoadedConnection(c, organization, current_check(c, check)) for c, check in pairs if c is not None)

    def certificate_texts(self, connection: Connection) -> dict[str, str]:
        """Maps the fingerprint of each trusted certificate to its base64, which clients resend when they add one."""
        loaded = self.certificates.load(connection)
        return {certificate.facts.sha256: base64.b64encode(certificate.der).decode() for certificate in loaded}

    def change(self, before: Connection, changes: ConnectionChanges, seen_version: int, now: datetime) -> Connection:
        """Saves an admin's changes, if the connection is still at the version that they saw.

        New certificates are first added to the secret; then the item is updated to refer to them.

        Raises:
            Invalid: invalid fields.
            Conflict: `email_domain_taken` for a guest's address.
            Stale: the connection changed since it was read.
        """
        if before.version != seen_version:
            raise Stale
        filled = apply_metadata(changes, self.fetch, self.settings, now, before, before.request_binding)
        values = validate_values(filled, before.attribute_mapping, self.settings, now)
        values |= binding_of_typed_url(values, before.identity_provider_url)
        if "x509_certificates" in filled:
            trusted = self.keep_certificates(before, filled["x509_certificates"], now)
            versions = {"pending": trusted.connection.pending, "previous": trusted.connection.previous}
            values |= {"certificates": trusted.certificates, "secret_version": None, **versions}
            with self.completing(trusted):
                return self._save(before, values, now)
        return self._save(before, values, now)

    def disable(self, before: Connection, now: datetime) -> Connection:
        """Disables the connection and ends its sessions. Its configuration is kept.

        Raises:
            Stale: the connection was changed concurrently.
        """
        return before if before.disabled else self._save(before, {"disabled": True, "signed_out_at": now}, now)

    def enable(self, before: Connection, now: datetime) -> Connection:
        """Enables the connection; one that was proven with the same values becomes active at once.

        Raises:
            Stale: the connection was changed concurrently.
        """
        return self._save(before, {"disabled": False, "signed_out_at": now}, now) if before.disabled else before

    def delete(self, connection: Connection, seen_version: int, now: datetime) -> None:
        """Deletes the connection, then its secret. An orphaned secret is harmless, and cleaned up an hour later.

        Raises:
            Stale: the connection changed since it was read.
        """
        if connection.version != seen_version:
            raise Stale
        gone = (delete_connection(connection), record_deleted_connection(connection.id, now))
        forgotten = forget_connection(connection.organization_id, connection.id)
        self.table.commit(connection_deleted(connection), *gone, forgotten, now=now)
        self.cache.forget(connection.id)
        _log_active_loss(connection, None)
        try:
            self.certificates.delete(connection.id)
        except Unavailable as error:
            _LOG.warning("secret.orphaned %s", {"connection_id": connection.id, "private": error.private})

    def _save(self, before: Connection, values: dict[str, Any], now: datetime) -> Connection:
        """Writes the item. Retries if a concurrent sign-in proves the connection."""
        guests = values.get("allow_guest_emails", ())
        domains = sorted({domain_of(address) for address in guests})
        checks = [require_domain_not_foreign(domain, before.organization_id) for domain in domains]
        for _ in range(_MAX_RETRIES):
            changed = replace(before, **values, updated_at=now, version=before.version + 1)
            after = remembering_removals(before, with_proof_of_same_provider(before, changed))
            note = put_connection_summary(after.organization_id, summary_of(after))
            try:
                events = connection_changed(before, after)
                self.table.commit(events, change_connection(after, before=before), note, *checks, now=now)
            except Stale:
                again = self.get(before.organization_id, before.id)
                if again.version != before.version:
                    raise
                before = again
                continue
            self.cache.forget(after.id)
            _log_active_loss(before, after)
            return after
        raise Stale

    def keep_certificates(
        self, connection: Connection, texts: Sequence[str] | None, now: datetime
    ) -> TrustedCertificates:
        """Adds certificates to the secret, keeping the current ones.

        Raises:
            Invalid: a text isn't a certificate.
            NotFound: the connection was deleted concurrently.
            Unavailable: Secrets Manager did not respond.
        """
        if texts is None:
            return TrustedCertificates(connection, (), is_written=False)
        certificates = read_certificates(texts)
        try:
            kept = self.certificates.save(connection, certificates, now)
        except Unavailable:
            self.get(connection.organization_id, connection.id)  # NotFound if deleted concurrently
            raise
        facts = tuple(c.facts for c in certificates)
        return TrustedCertificates(connection.without_versions(kept.fingerprints), facts, is_written=kept.is_written)

    @contextlib.contextmanager
    def completing(self, trusted: TrustedCertificates) -> Iterator[None]:
        """Context manager around the write of the item whose certificates were added to the secret.

        Afterwards the secret is completed, whether the write succeeded or not: of two concurrent saves, one may have
        overwritten the secret, which must have all certificates of the stored item.
        """
        try:
            yield
        finally:
            if trusted.is_written:
                with contextlib.suppress(Unavailable):  # the previous version has it, and the next save completes it
                    (stored,) = self.table.read(connection_lookup(trusted.connection.id))
                    if stored is not None:
                        self.certificates.complete(stored)

    def _organization(self, organization_id: str) -> Organization:
        if not is_id(organization_id, "org"):
            raise NotFound
        (organization,) = self.table.read(organization_lookup(organization_id))
        if organization is None:
            raise NotFound
        require_enterprise(organization, self.settings)
        return organization


def _log_active_loss(before: Connection, after: Connection | None) -> None:
    """Logs every loss of the status `active`, because members may use passwords from then on."""
    status = after.status if after else "deleted"
    if before.status is ConnectionStatus.ACTIVE and status is not ConnectionStatus.ACTIVE:
        facts = {"organization_id": before.organization_id, "connection_id": before.id, "status": str(status)}
        _LOG.warning("connection.active_lost %s", facts)

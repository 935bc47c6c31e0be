"""Connections: what admins configure."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.events import connection_changed, connection_created, connection_deleted
from chalicelib.aws.transaction import Write
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.deleted_store import record_deleted_connection
from chalicelib.connections.input import binding_of_typed_url, read_certificates, validate_values
from chalicelib.connections.model import Connection, ConnectionStatus, Provider
from chalicelib.connections.removed_certificates import remembering_removals
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import change_connection, connection_lookup, create_connection, delete_connection
from chalicelib.errors import Conflict, NotAllowed, NotFound, Stale, Unavailable
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
    stale,
)
from chalicelib.saml.certificate import CertificateFacts
from chalicelib.settings import Settings
from chalicelib.users.email_address import domain_of

MAX_CONNECTIONS: Final = 25
_MAX_RETRIES: Final = 3
_LOG: Final = logging.getLogger("gatehouse")


@dataclass(frozen=True, slots=True)
class TrustedCertificates:
    """Certificates that are in the secret now.

    Attributes:
        connection: as it is stored, but for versions of the secret that are no longer needed.
        certificates: what its item must say of them.
        is_written: whether the secret was written.
    """

    connection: Connection
    certificates: tuple[CertificateFacts, ...]
    is_written: bool


@dataclass(frozen=True, slots=True)
class Connections:
    """Makes, finds, changes and deletes connections of an organization on the enterprise plan.

    Every method raises NotAllowed (`enterprise_plan_required`) on another plan, NotFound where the organization or the
    connection isn't there, and Unavailable when AWS did not answer.
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
        """A draft.

        Args:
            is_first: only where there is none yet: of two tabs at once one makes it.

        Raises:
            Conflict: `connection_limit`, `not_first`.
        """
        connection = replace(self.new_draft(organization_id, now=now), name=name, provider=provider)
        settled = [complete(receipt, connection.id)] if receipt else []
        writes = (*self.new_writes(connection, is_first=is_first), *settled)
        try:
            self.table.commit([connection_created(connection)], *writes, now=now)
        except Conflict:
            self._organization(organization_id)  # or has it gone meanwhile, or the plan?
            raise
        return connection

    def new_writes(self, draft: Connection, *, is_first: bool = False) -> tuple[Write, ...]:
        """What makes a draft, where there is still room for it: of two at once for the last place one is refused."""
        note = add_connection(draft.organization_id, summary_of(draft), most=MAX_CONNECTIONS, is_first=is_first)
        return (create_connection(draft), note)

    def new_draft(self, organization_id: str, *, now: datetime) -> Connection:
        """A draft that is yet to be written.

        Raises:
            Conflict: `connection_limit`.
        """
        if len(self._organization(organization_id).connections) >= MAX_CONNECTIONS:
            raise connection_limit(MAX_CONNECTIONS)
        return Connection(id=new_id("conn", now=now), organization_id=organization_id, created_at=now, updated_at=now)

    def get(self, organization_id: str, connection_id: str) -> Connection:
        """A connection of this organization."""
        if not (is_id(organization_id, "org") and is_id(connection_id, "conn")):
            raise NotFound
        organization, connection = self.table.read(
            organization_lookup(organization_id), connection_lookup(connection_id)
        )
        if organization is None:
            raise NotFound
        self._require_enterprise(organization)
        if connection is None or connection.organization_id != organization_id:
            raise NotFound
        return connection

    def list(self, organization_id: str) -> tuple[Connection, ...]:
        """All of the organization's connections, newest first."""
        organization = self._organization(organization_id)
        found = self.table.read_all([connection_lookup(c.id) for c in organization.connections])
        return tuple(sorted((c for c in found if c is not None), key=lambda c: c.id, reverse=True))

    def certificate_texts(self, connection: Connection) -> dict[str, str]:
        """Fingerprint → base64 of each trusted certificate: whoever adds one sends the others again."""
        loaded = self.certificates.load(connection)
        return {certificate.facts.sha256: base64.b64encode(certificate.der).decode() for certificate in loaded}

    def change(
        self, organization_id: str, connection_id: str, changes: ConnectionChanges, seen_version: int, now: datetime
    ) -> Connection:
        """Save what an admin changed, if the connection is still at the version that they saw.

        The certificates go into the secret first, beside those in force; the item then names them, or stays as it is.

        Raises:
            Invalid: bad fields.
            Conflict: `email_domain_taken` for a guest's address.
            Stale: somebody else saved first.
        """
        before = self.get(organization_id, connection_id)
        if before.version != seen_version:
            raise stale()
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

    def disable(self, organization_id: str, connection_id: str, now: datetime) -> Connection:
        """Switch the connection off, whatever its version, and end its sessions; nothing else is forgotten.

        Raises:
            Stale: others kept changing it.
        """
        before = self.get(organization_id, connection_id)
        return before if before.disabled else self._save(before, {"disabled": True, "signed_out_at": now}, now)

    def enable(self, organization_id: str, connection_id: str, now: datetime) -> Connection:
        """Switch the connection on again; one that was proven with the same values is active at once.

        Raises:
            Stale: others kept changing it.
        """
        before = self.get(organization_id, connection_id)
        return self._save(before, {"disabled": False, "signed_out_at": now}, now) if before.disabled else before

    def delete(self, organization_id: str, connection_id: str, seen_version: int, now: datetime) -> None:
        """Remove the connection, then its secret; one that is left over opens nothing, and goes an hour later.

        Raises:
            Stale: somebody else saved first.
        """
        connection = self.get(organization_id, connection_id)
        if connection.version != seen_version:
            raise stale()
        gone = (delete_connection(connection), record_deleted_connection(connection_id, now))
        forgotten = forget_connection(organization_id, connection_id)
        self.table.commit(connection_deleted(connection), *gone, forgotten, now=now)
        self.cache.forget(connection_id)
        _note_loss(connection, None)
        try:
            self.certificates.delete(connection_id)
        except Unavailable as error:
            _LOG.warning("secret left over %s", {"connection_id": connection_id, "private": error.private})

    def _save(self, before: Connection, values: dict[str, Any], now: datetime) -> Connection:
        """The write alone. A sign-in that proves the connection at the same moment is no reason to refuse an admin."""
        guests = values.get("allow_guest_emails", ())
        domains = sorted({domain_of(address) for address in guests})
        checks = [require_domain_not_foreign(domain, before.organization_id) for domain in domains]
        for _ in range(_MAX_RETRIES):
            changed = replace(before, **values, updated_at=now, version=before.version + 1)
            after = remembering_removals(before, _with_status(before, changed))
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
            _note_loss(before, after)
            return after
        raise stale()

    def keep_certificates(
        self, connection: Connection, texts: Sequence[str] | None, now: datetime
    ) -> TrustedCertificates:
        """Puts certificates into the secret, beside those in force.

        Raises:
            Invalid: a text holds something else.
            Unavailable: Secrets Manager did not answer.
        """
        if texts is None:
            return TrustedCertificates(connection, (), is_written=False)
        certificates = read_certificates(texts)
        kept = self.certificates.save(connection, certificates, now)
        facts = tuple(c.facts for c in certificates)
        return TrustedCertificates(connection.without_versions(kept.fingerprints), facts, is_written=kept.is_written)

    @contextlib.contextmanager
    def completing(self, trusted: TrustedCertificates) -> Iterator[None]:
        """Around the write of the item whose certificates were put into the secret.

        Whether it is written or somebody else's: of two saves at once one may have written the secret over, and what
        the item names must be in it.
        """
        try:
            yield
        finally:
            if trusted.is_written:
                with contextlib.suppress(Unavailable):  # the version before has it, and the next save completes it
                    (stored,) = self.table.read(connection_lookup(trusted.connection.id))
                    if stored is not None:
                        self.certificates.complete(stored)

    def _organization(self, organization_id: str) -> Organization:
        if not is_id(organization_id, "org"):
            raise NotFound
        (organization,) = self.table.read(organization_lookup(organization_id))
        if organization is None:
            raise NotFound
        self._require_enterprise(organization)
        return organization

    def _require_enterprise(self, organization: Organization) -> None:
        if not organization.is_enterprise:
            contact = self.settings.support_contact
            raise NotAllowed(
                "enterprise_plan_required", f"Single sign-on comes with the enterprise plan. Contact {contact}."
            )


def _with_status(before: Connection, after: Connection) -> Connection:
    """A proof counts for one URL, one issuer and the certificates that were there; one more does no harm."""
    same_provider = (before.identity_provider_url, before.identity_provider_issuer) == (
        after.identity_provider_url,
        after.identity_provider_issuer,
    )
    old, new = ({c.sha256 for c in connection.certificates} for connection in (before, after))
    if not before.proven or (same_provider and old <= new):
        return after
    return replace(after, proven=False, was_active=True)


def _note_loss(before: Connection, after: Connection | None) -> None:
    """Every loss of `active` is an event: members may use passwords from now on."""
    status = after.status if after else "deleted"
    if before.status is ConnectionStatus.ACTIVE and status is not ConnectionStatus.ACTIVE:
        facts = {"organization_id": before.organization_id, "connection_id": before.id, "status": str(status)}
        _LOG.warning("connection lost active %s", facts)

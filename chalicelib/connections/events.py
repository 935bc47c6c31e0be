"""Audit events of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.model import Action, PendingAuditEvent, Snapshot, moment_text
from chalicelib.audit_log.snapshot import diff, snapshot
from chalicelib.connections.model import Connection, ConnectionStatus

if TYPE_CHECKING:
    from chalicelib.connections.expiry_notice import CertificateNotice

SNAPSHOT_FIELDS: Final = (
    "name",
    "provider",
    "status",
    "identity_provider_url",
    "identity_provider_issuer",
    "certificates",
    "metadata_url",
    "metadata_signing_certificate",
    "name_id_format",
    "allow_idp_initiated",
    "clock_skew_seconds",
    "attribute_mapping",
    "jit_provisioning",
    "default_role",
    "allow_guest_emails",
    "force_authn",
    "sign_requests",
    "request_binding",
    "metadata_binding",
    "require_signed_response",
    "require_signed_assertion",
    "allow_missing_destination",
    "sha1_exception_until",
    "pending",
)


def connection_created(connection: Connection) -> PendingAuditEvent:
    """A connection was created."""
    facts = _snapshot(connection)
    return PendingAuditEvent(Action.CONNECTION_CREATED, connection.organization_id, connection.id, None, facts)


def connection_changed(before: Connection, after: Connection) -> tuple[PendingAuditEvent, ...]:
    """A connection's settings changed, plus a separate event if it is no longer active."""
    told = diff(_snapshot(before), _snapshot(after))
    return (
        PendingAuditEvent(Action.CONNECTION_CHANGED, after.organization_id, after.id, *told),
        *_loss(before, after.status.value),
    )


def connection_deleted(connection: Connection) -> tuple[PendingAuditEvent, ...]:
    """A connection was deleted."""
    facts = _snapshot(connection)
    event = PendingAuditEvent(Action.CONNECTION_DELETED, connection.organization_id, connection.id, facts)
    return (event, *_loss(connection, "deleted"))


def connection_verified(connection: Connection) -> PendingAuditEvent:
    """A sign-in or test with the current values succeeded, so the connection is now active."""
    told = {"status": connection.status.value}, {"status": ConnectionStatus.ACTIVE.value}
    return PendingAuditEvent(
        Action.CONNECTION_PROVEN, connection.organization_id, connection.id, *told, by_provider(connection)
    )


def connection_tested(connection: Connection, facts: Snapshot) -> PendingAuditEvent:
    """The result of a test sign-in."""
    return PendingAuditEvent(Action.CONNECTION_TESTED, connection.organization_id, connection.id, None, facts)


def certificate_expiring(notice: CertificateNotice) -> PendingAuditEvent:
    """A trusted certificate expires soon."""
    connection, facts = notice.connection, notice.certificate
    told: Snapshot = {"sha256": facts.sha256, "not_after": moment_text(facts.not_after), "days": notice.days}
    action = Action.CONNECTION_CERTIFICATE_EXPIRING
    return PendingAuditEvent(action, connection.organization_id, connection.id, None, told)


def by_provider(connection: Connection) -> Actor:
    """The identity provider of the connection as the actor."""
    return Actor(ActorKind.IDENTITY_PROVIDER, connection.id)


def _loss(before: Connection, status: str) -> tuple[PendingAuditEvent, ...]:
    """Every loss of the status `active` is an event, because members may use passwords from then on."""
    if before.status is not ConnectionStatus.ACTIVE or status == ConnectionStatus.ACTIVE.value:
        return ()
    told = {"status": before.status.value}, {"status": status}
    return (PendingAuditEvent(Action.CONNECTION_ACTIVE_LOST, before.organization_id, before.id, *told),)


def _snapshot(connection: Connection) -> Snapshot:
    """Returns a snapshot of a connection, with certificates as SHA-256 fingerprints."""
    return snapshot(connection, SNAPSHOT_FIELDS)

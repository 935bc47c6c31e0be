"""The audit events, one function per kind of change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.api_keys.model import ApiKey
from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.model import DEPLOYMENT, Action, PendingAuditEvent, Snapshot, moment_text
from chalicelib.audit_log.snapshots import (
    diff,
    snapshot_api_key,
    snapshot_connection,
    snapshot_organization,
    snapshot_policy,
    snapshot_setup_link,
    snapshot_user,
)
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.login_policy.model import binds_members
from chalicelib.organizations.model import Organization
from chalicelib.users.model import User, UserStatus

if TYPE_CHECKING:
    from chalicelib.connections.expiry_notice import CertificateNotice
    from chalicelib.setup_links.model import SetupLink


def organization_event(action: Action, organization: Organization) -> PendingAuditEvent:
    """An event about an organization as a whole; includes a snapshot on creation and deletion."""
    facts = snapshot_organization(organization)
    before = facts if action is Action.ORGANIZATION_DELETED else None
    after = facts if action is Action.ORGANIZATION_CREATED else None
    return PendingAuditEvent(action, organization.id, organization.id, before, after)


def organization_changed(before: Organization, after: Organization) -> tuple[PendingAuditEvent, ...]:
    """Changed settings or login policy of an organization, plus a separate event if single sign-on is no longer
    enforced.
    """
    events = []
    if snapshot_organization(before) != snapshot_organization(after) or before.policy == after.policy:
        told = diff(snapshot_organization(before), snapshot_organization(after))
        events.append(PendingAuditEvent(Action.ORGANIZATION_CHANGED, after.id, after.id, *told))
    if before.policy != after.policy:
        told = diff(snapshot_policy(before.policy), snapshot_policy(after.policy))
        events.append(PendingAuditEvent(Action.POLICY_CHANGED, after.id, after.id, *told))
    if binds_members(before) and not binds_members(after):
        events.append(PendingAuditEvent(Action.POLICY_REQUIRED_LOST, after.id, after.id))
    return tuple(events)


def with_reason(events: tuple[PendingAuditEvent, ...], reason: str | None) -> tuple[PendingAuditEvent, ...]:
    """Adds the actor's reason to the first event."""
    if reason is None:
        return events
    first, *others = events
    return (replace(first, after={**(first.after or {}), "reason": reason}), *others)


def user_created(user: User, actor: Actor | None = None) -> PendingAuditEvent:
    """A user was created."""
    return PendingAuditEvent(Action.USER_CREATED, user.organization_id, user.id, None, snapshot_user(user), actor)


def user_changed(before: User, after: User, actor: Actor | None = None) -> PendingAuditEvent:
    """A user's settings changed. For a password only the fact of the change is recorded."""
    old, new = snapshot_user(before), snapshot_user(after)
    if before.password_hash != after.password_hash:
        old, new = old | {"password": None}, new | {"password": "set" if after.password_hash else "taken away"}
    return PendingAuditEvent(Action.USER_CHANGED, after.organization_id, after.id, *diff(old, new), actor)


def user_event(action: Action, user: User) -> PendingAuditEvent:
    """An action on a user that changes none of their settings, or their deletion."""
    before = snapshot_user(user) if action is Action.USER_DELETED else None
    return PendingAuditEvent(action, user.organization_id, user.id, before)


def user_displaced(user: User, domain: str) -> PendingAuditEvent:
    """Another organization verified the domain of the user's address. The event doesn't name that organization, as it
    is in the log of the one that lost the user.
    """
    before: Snapshot = {"email": user.email, "role": user.role.value, "status": user.status.value}
    after: Snapshot = {"status": UserStatus.DISABLED.value, "domain": domain}
    return PendingAuditEvent(Action.USER_DISPLACED, user.organization_id, user.id, before, after)


def link_created(action: Action, user: User, link_id: str) -> PendingAuditEvent:
    """A one-time link was created for a user."""
    return PendingAuditEvent(action, user.organization_id, user.id, None, {"link_id": link_id})


def user_linked(connection: Connection, user_id: str) -> PendingAuditEvent:
    """The identity provider's NameID was linked to this user."""
    after: Snapshot = {"connection_id": connection.id}
    return PendingAuditEvent(
        Action.USER_LINKED, connection.organization_id, user_id, None, after, by_provider(connection)
    )


def user_signed_in(organization_id: str, user_id: str, after: Snapshot) -> PendingAuditEvent:
    """A sign-in; the actor is the user."""
    actor = Actor(ActorKind.USER, user_id)
    return PendingAuditEvent(Action.SIGN_IN_SUCCEEDED, organization_id, user_id, None, after, actor)


def connection_created(connection: Connection) -> PendingAuditEvent:
    """A connection was created."""
    facts = snapshot_connection(connection)
    return PendingAuditEvent(Action.CONNECTION_CREATED, connection.organization_id, connection.id, None, facts)


def connection_changed(before: Connection, after: Connection) -> tuple[PendingAuditEvent, ...]:
    """A connection's settings changed, plus a separate event if it is no longer active."""
    told = diff(snapshot_connection(before), snapshot_connection(after))
    return (
        PendingAuditEvent(Action.CONNECTION_CHANGED, after.organization_id, after.id, *told),
        *_loss(before, after.status.value),
    )


def connection_deleted(connection: Connection) -> tuple[PendingAuditEvent, ...]:
    """A connection was deleted."""
    facts = snapshot_connection(connection)
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


def setup_link_event(action: Action, link: SetupLink) -> PendingAuditEvent:
    """An event of a setup link. Its guest is the actor of opening and finishing it."""
    by_guest = action in (Action.SETUP_LINK_OPENED, Action.SETUP_LINK_FINISHED)
    actor = Actor(ActorKind.SETUP_LINK, link.id) if by_guest else None
    return PendingAuditEvent(action, link.organization_id, link.id, None, snapshot_setup_link(link), actor)


def api_key_event(action: Action, key: ApiKey) -> PendingAuditEvent:
    """A key was created or revoked; in its organization's log, else in the deployment's."""
    facts = snapshot_api_key(key)
    told = (None, facts) if action is Action.API_KEY_CREATED else (facts, None)
    return PendingAuditEvent(action, key.organization_id or DEPLOYMENT, key.id, *told)


def by_provider(connection: Connection) -> Actor:
    """The identity provider of the connection as the actor."""
    return Actor(ActorKind.IDENTITY_PROVIDER, connection.id)


def _loss(before: Connection, status: str) -> tuple[PendingAuditEvent, ...]:
    """Every loss of the status `active` is an event, because members may use passwords from then on."""
    if before.status is not ConnectionStatus.ACTIVE or status == ConnectionStatus.ACTIVE.value:
        return ()
    told = {"status": before.status.value}, {"status": status}
    return (PendingAuditEvent(Action.CONNECTION_ACTIVE_LOST, before.organization_id, before.id, *told),)

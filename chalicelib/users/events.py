"""Audit events of users."""

from __future__ import annotations

from typing import Final

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.model import Action, PendingAuditEvent, Snapshot
from chalicelib.audit_log.snapshot import diff, snapshot
from chalicelib.connections.events import by_provider
from chalicelib.connections.model import Connection
from chalicelib.users.model import User, UserStatus

_USER: Final = ("email", "name", "role", "status")


def user_created(user: User, actor: Actor | None = None) -> PendingAuditEvent:
    """A user was created."""
    return PendingAuditEvent(Action.USER_CREATED, user.organization_id, user.id, None, _snapshot(user), actor)


def user_changed(before: User, after: User, actor: Actor | None = None) -> PendingAuditEvent:
    """A user's settings changed. For a password only the fact of the change is recorded."""
    old, new = _snapshot(before), _snapshot(after)
    if before.password_hash != after.password_hash:
        old, new = old | {"password": None}, new | {"password": "set" if after.password_hash else "taken away"}
    return PendingAuditEvent(Action.USER_CHANGED, after.organization_id, after.id, *diff(old, new), actor)


def user_event(action: Action, user: User) -> PendingAuditEvent:
    """An action on a user that changes none of their settings, or their deletion."""
    before = _snapshot(user) if action is Action.USER_DELETED else None
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


def _snapshot(user: User) -> Snapshot:
    """Returns a snapshot of a user. Of the password only whether it is set."""
    return snapshot(user, _USER) | {"has_password": user.password_hash is not None}

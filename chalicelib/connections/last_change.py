"""The last editor of a connection, for the message about a conflicting change."""

from __future__ import annotations

from typing import Final

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.filter import AuditFilter
from chalicelib.audit_log.model import Action
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.i18n.catalog import t

_LOOKED_AT: Final = 20
_NAMED: Final = (ActorKind.API_KEY, ActorKind.SETUP_LINK, ActorKind.SCHEDULE, ActorKind.OPERATOR)


def last_changed_by(connection: Connection) -> str:
    """Returns the email address or a description of the last editor; "someone else" if the audit log no longer has the
    event.

    Raises:
        Unavailable: the store did not respond.
    """
    made = current()
    changes = AuditFilter(action=Action.CONNECTION_CHANGED)
    page = made.audit_log.page(connection.organization_id, changes, made.clock(), limit=_LOOKED_AT, after=None)
    events = (sealed.event for sealed in page.values)
    actor = next((event.actor for event in events if event.object_id == connection.id), None)
    return _name(connection.organization_id, actor)


def _name(organization_id: str, actor: Actor | None) -> str:
    if actor is not None and actor.kind is ActorKind.USER and actor.id is not None:
        try:
            return current().users.get(organization_id, actor.id).email
        except NotFound:
            return t("connection.who.somebody")
    named = actor is not None and actor.kind in _NAMED
    return t(f"connection.who.{actor.kind.value if actor and named else 'somebody'}")

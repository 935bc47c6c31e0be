"""Audit events of setup links."""

from __future__ import annotations

from typing import Final

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.audit_log.model import Action, PendingAuditEvent
from chalicelib.audit_log.snapshot import snapshot
from chalicelib.setup_links.model import SetupLink

_SETUP_LINK: Final = ("connection_id", "created_by", "expires_at", "opened_from")


def setup_link_event(action: Action, link: SetupLink) -> PendingAuditEvent:
    """An event of a setup link. Its guest is the actor of opening and finishing it."""
    by_guest = action in (Action.SETUP_LINK_OPENED, Action.SETUP_LINK_FINISHED)
    actor = Actor(ActorKind.SETUP_LINK, link.id) if by_guest else None
    return PendingAuditEvent(action, link.organization_id, link.id, None, snapshot(link, _SETUP_LINK), actor)

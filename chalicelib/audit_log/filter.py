"""Filters for audit events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.audit_log.model import Action, AuditEvent


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Conditions on audit events; None for no condition.

    Attributes:
        actor: an ID, or a kind of actor.
        since, until: start (inclusive) and end (exclusive) of the period.
    """

    action: Action | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def admits(self, event: AuditEvent) -> bool:
        """True if the event matches."""
        if self.action is not None and event.action is not self.action:
            return False
        if self.actor is not None and self.actor not in (event.actor.id, event.actor.kind.value):
            return False
        if self.until is not None and event.created_at >= self.until:
            return False
        return not self.is_before(event)

    def is_before(self, event: AuditEvent) -> bool:
        """True if the event precedes the period."""
        return self.since is not None and event.created_at < self.since

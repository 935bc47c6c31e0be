"""Response models of audit events."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from chalicelib.audit_log.actor import ActorKind
from chalicelib.audit_log.model import Action, SignedEvent
from chalicelib.http.schemas import ResponseModel


class ActorAnswer(ResponseModel):
    """The actor of an event."""

    type: ActorKind
    id: str | None


class AuditEventAnswer(ResponseModel):
    """One change or sign-in; kept 400 days."""

    id: str
    object: Literal["audit_event"] = "audit_event"
    organization_id: str
    action: Action
    actor: ActorAnswer
    object_id: str = Field(description="What it was done to.")
    before: dict[str, Any] | None = Field(description="What was changed, as it was; certificates as SHA-256.")
    after: dict[str, Any] | None = Field(description="What was changed, as it is.")
    created_at: datetime
    request_id: str | None
    source: str | None = Field(description="The address that the request came from.")
    hash: str = Field(description="SHA-256 of the event's canonical JSON.")

    @classmethod
    def of(cls, sealed: SignedEvent) -> AuditEventAnswer:
        """Converts an event."""
        event = sealed.event
        same = {name: getattr(event, name) for name in event.__dataclass_fields__ if name != "actor"}
        return cls(**same, actor=ActorAnswer(type=event.actor.kind, id=event.actor.id), hash=sealed.hash)

"""Audit events."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.actor import ActorKind
from chalicelib.domain.audit_event import Action, EventMark, SealedEvent
from chalicelib.routes.models.body import Answer


class ActorAnswer(Answer):
    """Who acted."""

    type: ActorKind
    id: str | None


class MarkAnswer(Answer):
    """Another event, as this one names it."""

    lane: int
    sequence: int
    hash: str
    created_at: datetime

    @classmethod
    def of(cls, mark: EventMark | None) -> MarkAnswer | None:
        """How it is shown."""
        if mark is None:
            return None
        return cls(lane=mark.lane, sequence=mark.sequence, hash=mark.hash, created_at=mark.created_at)


class AuditEventAnswer(Answer):
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
    lane: int
    sequence: int
    previous: MarkAnswer | None = Field(description="The event before it in its lane.")
    witness: MarkAnswer | None = Field(description="The newest event of all other lanes.")
    hash: str = Field(description="SHA-256 of the event's canonical JSON.")

    @classmethod
    def of(cls, sealed: SealedEvent) -> AuditEventAnswer:
        """How an event is shown."""
        event = sealed.event
        changed = {"actor", "previous", "witness"}
        same = {name: getattr(event, name) for name in event.__dataclass_fields__ if name not in changed}
        return cls(
            **same,
            actor=ActorAnswer(type=event.actor.kind, id=event.actor.id),
            previous=MarkAnswer.of(event.previous),
            witness=MarkAnswer.of(event.witness),
            hash=sealed.hash,
        )

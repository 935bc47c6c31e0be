"""Audit events: who did what to which object, when, and its values before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from chalicelib.audit_log.actor import Actor, ActorKind

RETENTION: Final = timedelta(days=400)
DEPLOYMENT: Final = "deployment"
"""Takes the place of the organization for events of the whole deployment, such as those of its API keys."""

Snapshot = dict[str, Any]
"""Plain JSON values: str, int, bool, None, lists and dicts of them. Certificates as SHA-256; never secrets."""


class Action(StrEnum):
    """The kind of event. The part before the dot names the object."""

    ORGANIZATION_CREATED = "organization.created"
    ORGANIZATION_CHANGED = "organization.changed"
    ORGANIZATION_SIGNED_OUT = "organization.signed_out"
    ORGANIZATION_DELETED = "organization.deleted"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    USER_LINKED = "user.linked"
    USER_UNLINKED = "user.unlinked"
    USER_INVITED = "user.invited"
    USER_PASSWORD_LINK = "user.password_link_created"  # noqa: S105
    USER_SIGNED_OUT = "user.signed_out"
    USER_DISPLACED = "user.displaced"
    USER_DELETED = "user.deleted"
    SIGN_IN_SUCCEEDED = "sign_in.succeeded"
    CONNECTION_CREATED = "connection.created"
    CONNECTION_CHANGED = "connection.changed"
    CONNECTION_PROVEN = "connection.proven"
    CONNECTION_TESTED = "connection.tested"
    CONNECTION_ACTIVE_LOST = "connection.active_lost"
    CONNECTION_CERTIFICATE_EXPIRING = "connection.certificate_expiring"
    CONNECTION_DELETED = "connection.deleted"
    POLICY_CHANGED = "login_policy.changed"
    POLICY_REQUIRED_LOST = "login_policy.required_lost"
    SETUP_LINK_CREATED = "setup_link.created"
    SETUP_LINK_OPENED = "setup_link.opened"
    SETUP_LINK_FINISHED = "setup_link.finished"
    SETUP_LINK_REVOKED = "setup_link.revoked"
    API_KEY_CREATED = "api_key.created"
    API_KEY_DELETED = "api_key.deleted"


@dataclass(frozen=True, slots=True)
class PendingAuditEvent:
    """An event of a change that is about to be made, to be written in the same transaction.

    Attributes:
        organization_id: the log it belongs to; `DEPLOYMENT` for the deployment's own.
        before, after: the changed values; None if there are none, as before a creation.
        actor: if it differs from the actor of the request.
    """

    action: Action
    organization_id: str
    object_id: str
    before: Snapshot | None = None
    after: Snapshot | None = None
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event, as it is hashed.

    Attributes:
        source: source address of the request.
    """

    id: str
    organization_id: str
    action: Action
    actor: Actor
    object_id: str
    before: Snapshot | None
    after: Snapshot | None
    created_at: datetime
    request_id: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """An event with the text that was hashed.

    Attributes:
        text: canonical JSON (`canonical`).
        hash: SHA-256 of the text, hex; can be recomputed without a key.
        mac: HMAC-SHA-256 of the hash with the deployment's own key, hex.
    """

    event: AuditEvent
    text: str
    hash: str
    mac: str


def canonical(event: AuditEvent) -> str:
    """Serializes the event as JSON with sorted names and no spaces (RFC 8785 for the values that occur)."""
    document = {
        "id": event.id,
        "object": "audit_event",
        "organization_id": event.organization_id,
        "action": event.action.value,
        "actor": {"type": event.actor.kind.value, "id": event.actor.id},
        "object_id": event.object_id,
        "before": event.before,
        "after": event.after,
        "created_at": moment_text(event.created_at),
        "request_id": event.request_id,
        "source": event.source,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def event_in(text: str) -> AuditEvent:
    """Parses an event; the inverse of `canonical`. Also reads events of the chained format (`audit_log/shards.py`).

    Raises:
        ValueError, KeyError: the text isn't an event.
    """
    document = json.loads(text)
    return AuditEvent(
        id=document["id"],
        organization_id=document["organization_id"],
        action=Action(document["action"]),
        actor=Actor(ActorKind(document["actor"]["type"]), document["actor"]["id"]),
        object_id=document["object_id"],
        before=document["before"],
        after=document["after"],
        created_at=datetime.fromisoformat(document["created_at"]),
        request_id=document["request_id"],
        source=document["source"],
    )


def moment_text(moment: datetime) -> str:
    """Formats a time as in RFC 3339, in UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def with_reason(events: tuple[PendingAuditEvent, ...], reason: str | None) -> tuple[PendingAuditEvent, ...]:
    """Adds the actor's reason to the first event."""
    if reason is None:
        return events
    first, *others = events
    return (replace(first, after={**(first.after or {}), "reason": reason}), *others)

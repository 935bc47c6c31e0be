"""What the audit log says: who did what to which object, when, and what it was before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from chalicelib.audit_log.actor import Actor, ActorKind

RETENTION: Final = timedelta(days=400)
DEPLOYMENT: Final = "deployment"
"""Stands in an organization's place where something belongs to none: the deployment's own API keys."""

Snapshot = dict[str, Any]
"""Plain JSON values: str, int, bool, None, lists and dicts of them. Certificates as SHA-256, secrets never."""


class Action(StrEnum):
    """What happened. The part before the dot names the object."""

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
    """Something that is about to be done, in the transaction that its event goes with.

    Attributes:
        organization_id: whose log it belongs in; `DEPLOYMENT` where it is nobody's.
        before, after: what it changes; None where there is nothing, as before a creation.
        actor: where it is not whoever sent the request.
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
        source: the address that the request came from.
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
        hash: SHA-256 of the text, hex. Anyone can recompute it.
        mac: HMAC-SHA-256 of the hash with our own key, hex: only we can.
    """

    event: AuditEvent
    text: str
    hash: str
    mac: str


def canonical(event: AuditEvent) -> str:
    """The event as JSON with sorted names and no blanks (RFC 8785 for the values that occur)."""
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
    """The reverse of `canonical`. Also reads events of the chained form (`audit_lanes`).

    Raises:
        ValueError, KeyError: it is no such text.
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
    """RFC 3339 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

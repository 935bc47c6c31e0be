"""DynamoDB items of the audit log.

AUDIT#{organization_id} / EVT#{event_id}   an event, kept 400 days; its text is stored as it was hashed
AUDIT#{organization_id} / HEAD#{shard}     the newest event of a shard, in the format before digests; only read
AUDIT#{organization_id} / CLOSED           a deleted organization with undigested events; in `listing`
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.audit_log.model import RETENTION, SignedEvent, event_in
from chalicelib.aws.dynamodb import Range
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, seconds
from chalicelib.aws.transaction import Write, delete, put

_CLOSED: Final = "CLOSEDLOGS"


@dataclass(frozen=True, slots=True)
class ClosedLog:
    """The log of a deleted organization."""

    organization_id: str
    closed_at: datetime


def events_of(organization_id: str, now: datetime) -> Range[SignedEvent]:
    """All unexpired events of an organization."""
    return Range(
        partition_of(organization_id), "EVT#", lambda item: None if is_expired(item, now) else parse_event(item)
    )


def add_event(sealed: SignedEvent) -> Write:
    """Adds an event. It depends on no other item, so concurrent events of one organization never conflict."""
    event = sealed.event
    item = {
        "event": sealed.text,
        "hash": sealed.hash,
        "mac": sealed.mac,
        "expires_at": seconds(event.created_at + RETENTION),
    }
    return put(Key(partition_of(event.organization_id), f"EVT#{event.id}"), item)


def close_log(organization_id: str, now: datetime) -> Write:
    """Keeps the log of a deleted organization visible to the digest run. Belongs in the transaction of the deletion."""
    item = {"closed_at": instant(now), "listing_pk": _CLOSED, "listing_sk": f"ID#{organization_id}"}
    return put(Key(partition_of(organization_id), "CLOSED"), item)


def forget_closed_log(organization_id: str) -> Write:
    """Removes the record: digests list all events of the log."""
    return delete(Key(partition_of(organization_id), "CLOSED"))


def every_closed_log() -> Range[ClosedLog]:
    """The logs of deleted organizations that may have undigested events, from the index."""
    return Range(_CLOSED, "ID#", _parse_closed, index="listing")


def partition_of(organization_id: str) -> str:
    """The partition key of a log."""
    return f"AUDIT#{organization_id}"


def parse_event(item: Item) -> SignedEvent:
    """Parses a stored event."""
    return SignedEvent(event_in(item["event"]), item["event"], item["hash"], item["mac"])


def _parse_closed(item: Item) -> ClosedLog:
    return ClosedLog(item["listing_sk"].removeprefix("ID#"), instant_of(item, "closed_at"))

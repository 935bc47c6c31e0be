"""Items of the audit log.

AUDIT#{organization_id} / EVT#{event_id}   an event, kept 400 days; its text is stored as it was hashed
AUDIT#{organization_id} / HEAD#{lane}      the newest event of a lane, kept for ever
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.adapters.condition import absent, equals
from chalicelib.adapters.item import Item, Key, expired, instant, instant_of, seconds
from chalicelib.adapters.table import Lookup, Range
from chalicelib.adapters.write import Write, put
from chalicelib.domain.audit_chain import Heads
from chalicelib.domain.audit_event import KEPT, EventMark, SealedEvent, event_in
from chalicelib.errors import SsoError


def events_of(organization_id: str, now: datetime) -> Range[SealedEvent]:
    """All events of an organization that are kept still."""
    return Range(_partition(organization_id), "EVT#", lambda item: None if expired(item, now) else parse_event(item))


def stored_events_of(organization_id: str) -> Range[tuple[str, SealedEvent]]:
    """All that is stored, expired or not, each with the ID under which it lies: for verification."""
    return Range(_partition(organization_id), "EVT#", lambda item: (item["sk"].removeprefix("EVT#"), parse_event(item)))


def head_lookup(organization_id: str, lane: int) -> Lookup[EventMark]:
    """The newest event of a lane."""
    return Lookup(_head_key(organization_id, lane), _parse_head)


def add_events(events: tuple[SealedEvent, ...], heads: Heads, moved: SsoError) -> tuple[Write, ...]:
    """The events, and the lane's head on to the last of them, if the lane still ends where it did.

    Args:
        moved: raised where somebody else added to the lane first.
    """
    last = events[-1].mark
    organization_id = events[0].event.organization_id
    here = absent() if heads.own is None else equals(sequence=heads.own.sequence, hash=heads.own.hash)
    head = {"lane": last.lane, "sequence": last.sequence, "hash": last.hash, "at": instant(last.created_at)}
    return (*map(_put_event, events), put(_head_key(organization_id, last.lane), head, here, moved))


def _put_event(sealed: SealedEvent) -> Write:
    event = sealed.event
    item = {
        "event": sealed.text,
        "hash": sealed.hash,
        "mac": sealed.mac,
        "expires_at": seconds(event.created_at + KEPT),
    }
    return put(Key(_partition(event.organization_id), f"EVT#{event.id}"), item)


def _partition(organization_id: str) -> str:
    return f"AUDIT#{organization_id}"


def _head_key(organization_id: str, lane: int) -> Key:
    return Key(_partition(organization_id), f"HEAD#{lane:02}")


def parse_event(item: Item) -> SealedEvent:
    """An event as it is stored."""
    return SealedEvent(event_in(item["event"]), item["event"], item["hash"], item["mac"])


def _parse_head(item: Item) -> EventMark:
    return EventMark(int(item["lane"]), int(item["sequence"]), item["hash"], instant_of(item, "at"))

"""How events are chained. How it is found out that one was changed or taken away: `audit_verification`.

An organization's log has `LANES` chains. A change goes into whichever lane chance picks, so that sign-ins of one
company at nine in the morning don't wait for each other; two that pick the same lane at the same moment are told by
the lane's head, and one of them picks again. An event names the event before it in its lane and, as its witness, the
newest one of all other lanes: where nothing happens at the same moment that is one chain, and taking the end away, or
a whole lane, or putting an old head back, is seen as soon as anything happened in the organization afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.domain.audit_event import AuditEvent, EventMark, SealedEvent, canonical

LANES: Final = 16


@dataclass(frozen=True, slots=True)
class Heads:
    """What the next event hangs on: a lane with its newest event, and the newest event of all others."""

    lane: int
    own: EventMark | None
    witness: EventMark | None


def sealed(events: Sequence[AuditEvent], heads: Heads, key: bytes) -> tuple[SealedEvent, ...]:
    """The events, one after the other at the end of the lane."""
    found: list[SealedEvent] = []
    previous = heads.own
    for event in events:
        placed = replace(
            event,
            lane=heads.lane,
            sequence=previous.sequence + 1 if previous else 1,
            previous=previous,
            witness=heads.witness,
        )
        text = canonical(placed)
        digest = text_hash(text)
        found.append(SealedEvent(placed, text, digest, mac(key, digest)))
        previous = found[-1].mark
    return tuple(found)


def text_hash(text: str) -> str:
    """SHA-256 of an event's text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def mac(key: bytes, digest: str) -> str:
    """Our own word for a hash, hex."""
    return hmac.new(key, b"audit:" + digest.encode(), hashlib.sha256).hexdigest()

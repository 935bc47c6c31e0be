"""How events are chained, and how it is found out that one was changed or taken away.

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
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.domain.audit_event import KEPT, AuditEvent, EventMark, SealedEvent, canonical, event_in

LANES: Final = 16
SETTLED: Final = timedelta(minutes=1)
"""What is newer may have been written while the log was read, and is not missed."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What the next event hangs on: a lane with its newest event, and the newest event of all others."""

    lane: int
    own: EventMark | None
    witness: EventMark | None


class FaultKind(StrEnum):
    """What can be wrong with a log."""

    ALTERED = "altered"
    NOT_OURS = "not_ours"
    MISPLACED = "misplaced"
    MISSING = "missing"
    UNLINKED = "unlinked"
    BEYOND_HEAD = "beyond_head"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the place and, where there is one, the event."""

    kind: FaultKind
    lane: int
    sequence: int
    event_id: str | None = None


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


@dataclass(slots=True)
class Verification:
    """Looks at all events of one organization, in any order, and at the heads; then tells what is wrong.

    Attributes:
        keys: all of our own that may have made a MAC.
        now: when the reading began. An event that is named and not there is missing unless its time is over.
    """

    organization_id: str
    keys: Sequence[bytes] = field(repr=False)
    now: datetime
    faults: list[Fault] = field(default_factory=list)
    _hashes: dict[tuple[int, int], str] = field(default_factory=dict)
    _unsettled: set[tuple[int, int]] = field(default_factory=set)
    _named: dict[tuple[int, int], EventMark] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many events were looked at."""
        return len(self._hashes)

    def event(self, found: SealedEvent, stored_id: str) -> None:
        """Take one event, as stored.

        Args:
            stored_id: the ID under which it was stored.
        """
        event = event_in(found.text)
        place = (event.lane, event.sequence)
        if found.hash != text_hash(found.text):
            self.faults.append(Fault(FaultKind.ALTERED, *place, event.id))
        elif not any(hmac.compare_digest(found.mac, mac(key, found.hash)) for key in self.keys):
            self.faults.append(Fault(FaultKind.NOT_OURS, *place, event.id))
        if (event.id, event.organization_id) != (stored_id, self.organization_id) or place in self._hashes:
            self.faults.append(Fault(FaultKind.MISPLACED, *place, event.id))
        self._hashes[place] = found.hash
        if event.created_at > self.now - SETTLED:
            self._unsettled.add(place)
        if (event.previous is None) != (event.sequence == 1):
            self.faults.append(Fault(FaultKind.UNLINKED, *place, event.id))
        for mark in (event.previous, event.witness):
            if mark is not None:
                self._name(mark)

    def head(self, mark: EventMark) -> None:
        """Take a lane's head."""
        self._name(mark)

    def finish(self) -> tuple[Fault, ...]:
        """What is wrong, in the order of the places."""
        for place, mark in self._named.items():
            known = self._hashes.get(place)
            if known is None and self.now - KEPT < mark.created_at <= self.now - SETTLED:
                self.faults.append(Fault(FaultKind.MISSING, *place))
            elif known is not None and known != mark.hash:
                self.faults.append(Fault(FaultKind.UNLINKED, *place))
        for place in self._hashes.keys() - self._named.keys() - self._unsettled:
            self.faults.append(Fault(FaultKind.BEYOND_HEAD, *place))
        return tuple(sorted(self.faults, key=lambda fault: (fault.lane, fault.sequence)))

    def _name(self, mark: EventMark) -> None:
        place = (mark.lane, mark.sequence)
        known = self._named.setdefault(place, mark)
        if known.hash != mark.hash:
            self.faults.append(Fault(FaultKind.UNLINKED, *place))

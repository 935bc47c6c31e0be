"""Verification of events that were chained in sixteen lanes, the form before digests. Nothing writes it any more.

Such an event names the event before it in its lane and the newest event of all other lanes; each lane's head, an item
that was kept for ever, names its last event. Events of this form are over 400 days after the version that writes
digests was deployed; then this file can go.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.audit_log.fault import Fault, FaultKind
from chalicelib.audit_log.model import RETENTION

LANES: Final = 16
_SETTLED: Final = timedelta(minutes=1)

Place = tuple[int, int]
"""Lane and number within it."""


@dataclass(frozen=True, slots=True)
class EventMark:
    """An event, as another event or a head names it."""

    lane: int
    sequence: int
    hash: str
    created_at: datetime

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.lane, self.sequence


@dataclass(slots=True)
class LaneVerification:
    """Takes all chained events of one organization, in any order, and the lanes' heads; then says what is wrong.

    Attributes:
        now: when the reading began.
    """

    now: datetime
    faults: list[Fault] = field(default_factory=list)
    _hashes: dict[Place, str] = field(default_factory=dict)
    _unsettled: set[Place] = field(default_factory=set)
    _named: dict[Place, EventMark] = field(default_factory=dict)

    def event(self, document: dict[str, Any], found_hash: str, event_id: str) -> None:
        """Takes one event whose hash and MAC were verified.

        Raises:
            ValueError, KeyError, TypeError: it is not of this form.
        """
        place = int(document["lane"]), int(document["sequence"])
        previous, witness = _mark_in(document["previous"]), _mark_in(document["witness"])
        if place in self._hashes:
            self.faults.append(Fault(FaultKind.MISPLACED, event_id))
        self._hashes[place] = found_hash
        if datetime.fromisoformat(document["created_at"]) > self.now - _SETTLED:
            self._unsettled.add(place)
        if (previous is None) != (place[1] == 1):
            self.faults.append(Fault(FaultKind.UNLINKED, event_id))
        for mark in (previous, witness):
            if mark is not None:
                self._name(mark)

    def head(self, mark: EventMark) -> None:
        """Takes a lane's head."""
        self._name(mark)

    def finish(self) -> tuple[Fault, ...]:
        """What is wrong."""
        for place, mark in self._named.items():
            known = self._hashes.get(place)
            if known is None and self.now - RETENTION < mark.created_at <= self.now - _SETTLED:
                self.faults.append(Fault(FaultKind.MISSING, _place_text(place)))
            elif known is not None and known != mark.hash:
                self.faults.append(Fault(FaultKind.UNLINKED, _place_text(place)))
        unnamed = self._hashes.keys() - self._named.keys() - self._unsettled
        self.faults += [Fault(FaultKind.BEYOND_HEAD, _place_text(place)) for place in unnamed]
        return tuple(self.faults)

    def _name(self, mark: EventMark) -> None:
        known = self._named.setdefault(mark.place, mark)
        if known.hash != mark.hash:
            self.faults.append(Fault(FaultKind.UNLINKED, _place_text(mark.place)))


def is_chained(text: str) -> bool:
    """Whether an event has this form. Its MAC was made for this form only."""
    document = json.loads(text)
    return isinstance(document, dict) and "lane" in document


def _place_text(place: Place) -> str:
    return f"lane {place[0]}, event {place[1]}"


def _mark_in(document: dict[str, Any] | None) -> EventMark | None:
    if document is None:
        return None
    created_at = datetime.fromisoformat(document["created_at"])
    return EventMark(int(document["lane"]), int(document["sequence"]), str(document["hash"]), created_at)

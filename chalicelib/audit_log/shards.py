"""Verifies events in the format before digests, which were chained in sixteen shards. No code writes this format.

Each event names its predecessor in the shard and the newest event of all other shards; each shard's head, a permanent
item, names its last event. 400 days after the deployment of digests all such events have expired, and this file can be
removed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.audit_log.fault import Fault, FaultKind
from chalicelib.audit_log.model import RETENTION

SHARDS: Final = 16
_SETTLED: Final = timedelta(minutes=1)

Place = tuple[int, int]
"""Shard, and number within it."""


@dataclass(frozen=True, slots=True)
class EventMark:
    """The reference to an event in another event or a head."""

    shard: int
    sequence: int
    hash: str
    created_at: datetime

    @property
    def place(self) -> Place:
        """Its shard and number."""
        return self.shard, self.sequence


@dataclass(slots=True)
class ShardVerification:
    """Collects all chained events of an organization in any order and the shards' heads, then reports faults.

    Attributes:
        now: when reading started.
    """

    now: datetime
    faults: list[Fault] = field(default_factory=list)
    _hashes: dict[Place, str] = field(default_factory=dict)
    _unsettled: set[Place] = field(default_factory=set)
    _named: dict[Place, EventMark] = field(default_factory=dict)

    def event(self, document: dict[str, Any], found_hash: str, event_id: str) -> None:
        """Adds one event whose hash and MAC were verified.

        Raises:
            ValueError, KeyError, TypeError: it doesn't have this format.
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
        """Adds a shard's head."""
        self._name(mark)

    def finish(self) -> tuple[Fault, ...]:
        """Returns the faults."""
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
    """True if an event has this format. The purpose in its MAC is specific to the format."""
    document = json.loads(text)
    return isinstance(document, dict) and "lane" in document


def _place_text(place: Place) -> str:
    return f"shard {place[0]}, event {place[1]}"


def _mark_in(document: dict[str, Any] | None) -> EventMark | None:
    if document is None:
        return None
    created_at = datetime.fromisoformat(document["created_at"])
    return EventMark(int(document["lane"]), int(document["sequence"]), str(document["hash"]), created_at)

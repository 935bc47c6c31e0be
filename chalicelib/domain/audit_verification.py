"""Whether a log is whole and as it was written. Only operators ask, so a sign-in doesn't pay for importing it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.domain.audit_chain import mac, text_hash
from chalicelib.domain.audit_event import KEPT, EventMark, SealedEvent, event_in

SETTLED: Final = timedelta(minutes=1)
"""What is newer may have been written while the log was read, and is not missed."""


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

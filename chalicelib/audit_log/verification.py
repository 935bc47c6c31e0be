"""Verifies that a log is complete and unaltered. Only operators use it, so sign-ins don't import it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from chalicelib.audit_log.digest import Checkpoint, Digest, DigestMark, SealedRecord, checkpoint_in, digest_in
from chalicelib.audit_log.fault import Fault, FaultKind
from chalicelib.audit_log.model import RETENTION, AuditEvent, event_in
from chalicelib.audit_log.shards import EventMark, ShardVerification, is_chained
from chalicelib.audit_log.signature import CHAINED_EVENT, CHECKPOINT, DIGEST, EVENT, hash_over, is_ours, text_hash
from chalicelib.identifier import is_id, time_of

LISTED_WITHIN: Final = timedelta(hours=3)
"""Time within which a digest must list an event. The schedule runs every hour."""
_SETTLED: Final = timedelta(minutes=20)
"""A younger digest may have been written while the log was read: a run lasts at most 15 minutes."""
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event's item, possibly altered."""

    id: str
    text: str
    hash: str
    mac: str
    expires_at: int


@dataclass(slots=True)
class Verification:
    """Collects the stored records of one organization's log in any order, then reports faults.

    Records read later may refer to records that didn't exist when the others were read. So read the checkpoints first,
    then the digests, then the events.

    Attributes:
        keys: every key that may have created a MAC.
        now: when reading started.
    """

    organization_id: str
    keys: Sequence[bytes] = field(repr=False)
    now: datetime
    faults: list[Fault] = field(default_factory=list)
    _shards: ShardVerification = field(init=False)
    _hashes: dict[str, str] = field(default_factory=dict)
    _chained: set[str] = field(default_factory=set)
    _digests: dict[int, tuple[Digest, str]] = field(default_factory=dict)
    _checkpoints: dict[int, tuple[Checkpoint, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._shards = ShardVerification(self.now)

    @property
    def count(self) -> int:
        """The number of events added."""
        return len(self._hashes)

    @property
    def newest_digest(self) -> DigestMark | None:
        """The newest digest, to be compared with the log line of its run."""
        if not self._digests:
            return None
        digest, found_hash = self._digests[max(self._digests)]
        return DigestMark(digest.organization_id, digest.number, found_hash, digest.kept_until)

    @property
    def is_named(self) -> bool:
        """True if any record refers to this log."""
        marks = (mark for checkpoint, _ in self._checkpoints.values() for mark in checkpoint.digests)
        return any(mark.organization_id == self.organization_id for mark in marks)

    def event(self, found: StoredEvent) -> None:
        """Adds one event."""
        found_hash = self._hashes[found.id] = text_hash(found.text)
        try:
            event, chained = event_in(found.text), is_chained(found.text)
        except _UNREADABLE:
            self._fault(FaultKind.ALTERED, found.id)
            return
        if self._is_authentic(found, event, CHAINED_EVENT if chained else EVENT) and chained:
            self._chained.add(found.id)
            self._shards.event(json.loads(found.text), found_hash, found.id)

    def head(self, mark: EventMark) -> None:
        """Adds the head of a shard, in the format before digests."""
        self._shards.head(mark)

    def digest(self, stored_number: str, record: SealedRecord) -> None:
        """Adds one digest of this organization."""
        place = f"digest {stored_number}"
        try:
            digest = digest_in(record.text)
        except _UNREADABLE:
            self._fault(FaultKind.ALTERED, place)
            return
        if not is_ours(record.mac, DIGEST, record.hash, self.keys):
            self._fault(FaultKind.NOT_OURS, place)
        elif (digest.organization_id, str(digest.number)) != (self.organization_id, stored_number):
            self._fault(FaultKind.MISPLACED, place)
        else:
            self._digests[digest.number] = digest, record.hash

    def checkpoint(self, stored_number: str, record: SealedRecord) -> None:
        """Adds one checkpoint of the stage."""
        place = f"checkpoint {stored_number}"
        try:
            checkpoint = checkpoint_in(record.text)
        except _UNREADABLE:
            self._fault(FaultKind.ALTERED, place)
            return
        if not is_ours(record.mac, CHECKPOINT, record.hash, self.keys):
            self._fault(FaultKind.NOT_OURS, place)
        elif str(checkpoint.number) != stored_number:
            self._fault(FaultKind.MISPLACED, place)
        else:
            self._checkpoints[checkpoint.number] = checkpoint, record.hash

    def finish(self) -> tuple[Fault, ...]:
        """Returns the faults without duplicates, ordered by place."""
        self._require_chain("digest", self._digests)
        self._require_chain("checkpoint", self._checkpoints)
        self._require_named_digests()
        self._require_checkpoints()
        listed = self._require_listed_events()
        for event_id in self._hashes.keys() - listed - self._chained:
            if is_id(event_id, "evt") and self.now - RETENTION < time_of(event_id) < self.now - LISTED_WITHIN:
                self._fault(FaultKind.UNLISTED, event_id)
        return tuple(sorted({*self.faults, *self._shards.finish()}, key=lambda fault: (fault.place, fault.kind)))

    def _is_authentic(self, found: StoredEvent, event: AuditEvent, purpose: bytes) -> bool:
        before = len(self.faults)
        found_hash = self._hashes[found.id]
        if found.hash != found_hash or found.expires_at != int((event.created_at + RETENTION).timestamp()):
            self._fault(FaultKind.ALTERED, found.id)
        elif not is_ours(found.mac, purpose, found_hash, self.keys):
            self._fault(FaultKind.NOT_OURS, found.id)
        if (event.id, event.organization_id) != (found.id, self.organization_id):
            self._fault(FaultKind.MISPLACED, found.id)
        return len(self.faults) == before

    def _require_chain(
        self, kind: str, found: dict[int, tuple[Digest, str]] | dict[int, tuple[Checkpoint, str]]
    ) -> None:
        """Verifies that numbers have no gap, that each record refers to its predecessor, and that all records before
        the first have expired.
        """
        known: str | None = None
        expected = None
        for number in sorted(found):
            record, found_hash = found[number]
            if expected is None:
                if number > 1 and record.previous_kept_until > self.now:
                    self._fault(FaultKind.MISSING, f"{kind} {number - 1}")
            elif number != expected:
                self._fault(FaultKind.MISSING, f"{kind} {expected}")
            elif record.previous != known:
                self._fault(FaultKind.UNLINKED, f"{kind} {number}")
            if (record.previous is None) != (number == 1):
                self._fault(FaultKind.UNLINKED, f"{kind} {number}")
            known, expected = found_hash, number + 1

    def _require_named_digests(self) -> None:
        """Verifies that every digest named by a checkpoint exists."""
        for checkpoint, _ in self._checkpoints.values():
            for mark in checkpoint.digests:
                if mark.organization_id != self.organization_id or mark.kept_until <= self.now:
                    continue
                if (found := self._digests.get(mark.number)) is None:
                    self._fault(FaultKind.MISSING, f"digest {mark.number}")
                elif found[1] != mark.hash:
                    self._fault(FaultKind.UNLINKED, f"digest {mark.number}")

    def _require_checkpoints(self) -> None:
        """Verifies that every digest is named by its checkpoint."""
        for digest, found_hash in self._digests.values():
            if digest.kept_until <= self.now or digest.created_at > self.now - _SETTLED:
                continue
            named = self._checkpoints.get(digest.checkpoint)
            if named is None:
                self._fault(FaultKind.MISSING, f"checkpoint {digest.checkpoint}")
            elif (self.organization_id, digest.number, found_hash) not in {
                (mark.organization_id, mark.number, mark.hash) for mark in named[0].digests
            }:
                self._fault(FaultKind.UNLINKED, f"checkpoint {digest.checkpoint}")

    def _require_listed_events(self) -> set[str]:
        """Verifies that every event listed by a digest exists unaltered. Returns all listed events."""
        listed = set[str]()
        for digest, _ in self._digests.values():
            listed.update(digest.events)
            missing = [event_id for event_id in digest.events if event_id not in self._hashes]
            for event_id in missing:
                if time_of(event_id) + RETENTION > self.now:
                    self._fault(FaultKind.MISSING, event_id)
            if not missing and hash_over(self._hashes[event_id] for event_id in digest.events) != digest.events_hash:
                self._fault(FaultKind.UNLINKED, f"digest {digest.number}")
        return listed

    def _fault(self, kind: FaultKind, place: str) -> None:
        self.faults.append(Fault(kind, place))

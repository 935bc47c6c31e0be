"""Logs in the old sharded format, without digests, stay verifiable."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.audit_log.fault import Fault, FaultKind
from chalicelib.audit_log.model import RETENTION, event_in, moment_text
from chalicelib.audit_log.shards import SHARDS, EventMark
from chalicelib.audit_log.signature import CHAINED_EVENT, mac, text_hash
from chalicelib.audit_log.verification import StoredEvent, Verification
from chalicelib.identifier import new_id

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Chained:
    """An event as the version before digests stored it."""

    document: dict[str, Any]
    text: str
    key: bytes = KEY

    @property
    def hash(self) -> str:
        return text_hash(self.text)

    @property
    def mark(self) -> EventMark:
        document = self.document
        return EventMark(document["lane"], document["sequence"], self.hash, self.created_at)

    @property
    def created_at(self) -> datetime:
        return datetime.fromisoformat(self.document["created_at"])

    def stored(self) -> StoredEvent:
        expires_at = int((self.created_at + RETENTION).timestamp())
        found_mac = mac(self.key, CHAINED_EVENT, self.hash)
        return StoredEvent(self.document["id"], self.text, self.hash, found_mac, expires_at)


def chained(document: dict[str, Any], key: bytes = KEY) -> Chained:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Chained(document, text, key)


def event(number: int, at: datetime, **values: Any) -> dict[str, Any]:
    return {
        "id": new_id("evt", now=at),
        "object": "audit_event",
        "organization_id": "org_1",
        "action": "user.created",
        "actor": {"type": "user", "id": "usr_1"},
        "object_id": "usr_2",
        "before": None,
        "after": {"name": "Zoë", "number": number},
        "created_at": moment_text(at),
        "request_id": "req_1",
        "source": "192.0.2.1",
    } | values


def marked(mark: EventMark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    place = {"lane": mark.shard, "sequence": mark.sequence}
    return {**place, "hash": mark.hash, "created_at": moment_text(mark.created_at)}


@dataclass
class Log:
    """A log in memory, written as the version before digests wrote it."""

    events: list[Chained] = field(default_factory=list)
    heads: dict[int, EventMark] = field(default_factory=dict)
    changed: dict[str, StoredEvent] = field(default_factory=dict)

    def add(self, lane: int, *, at: datetime = NOW, count: int = 1, key: bytes = KEY, **values: Any) -> None:
        others = [mark for mark in self.heads.values() if mark.shard != lane]
        witness = max(others, key=lambda m: m.created_at, default=None)
        for _ in range(count):
            previous = self.heads.get(lane)
            place = {"lane": lane, "sequence": previous.sequence + 1 if previous else 1}
            links = {"previous": marked(previous), "witness": marked(witness)}
            self.events.append(chained(event(len(self.events), at, **place, **links, **values), key))
            self.heads[lane] = self.events[-1].mark

    def faults(self, *, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,)) -> list[FaultKind]:
        return [fault.kind for fault in self.all_faults(now=now, keys=keys)]

    def all_faults(self, *, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,)) -> tuple[Fault, ...]:
        verification = Verification("org_1", keys, now)
        for mark in self.heads.values():
            verification.head(mark)
        for found in reversed(self.events):
            stored = found.stored()
            verification.event(self.changed.get(stored.id, stored))
        return verification.finish()


@pytest.fixture
def log() -> Log:
    """Eight events in three shards, a minute apart."""
    made = Log()
    for number, lane in enumerate([3, 7, 3, 3, 0, 7, 3, 0]):
        made.add(lane, at=NOW - timedelta(hours=1) + timedelta(minutes=number))
    return made


def test_an_unmodified_log_verifies(log: Log) -> None:
    assert log.faults() == []
    log.add(SHARDS - 1, count=3)
    assert log.faults() == []


def test_an_event_can_still_be_read(log: Log) -> None:
    assert [event_in(found.text).id for found in log.events] == [found.document["id"] for found in log.events]


def test_the_hash_of_an_exported_line_can_be_recomputed(log: Log) -> None:
    first, _, second = log.events[0], log.events[1], log.events[2]
    assert first.hash == hashlib.sha256(first.text.encode("utf-8")).hexdigest()
    assert second.document["previous"]["hash"] == first.hash


def test_an_altered_event_is_noticed(log: Log) -> None:
    stored = log.events[2].stored()
    log.changed[stored.id] = replace(stored, text=stored.text.replace("usr_2", "usr_3"))
    assert FaultKind.ALTERED in log.faults()


def test_an_altered_event_with_its_hash_made_anew_is_noticed(log: Log) -> None:
    stored = log.events[2].stored()
    text = stored.text.replace("usr_2", "usr_3")
    log.changed[stored.id] = replace(stored, text=text, hash=text_hash(text))
    assert FaultKind.NOT_OURS in log.faults()


def test_a_log_written_wholly_anew_without_our_key_is_noticed() -> None:
    forged = Log()
    forged.add(0, count=2, key=b"theirs")
    assert forged.faults() == [FaultKind.NOT_OURS] * 2


@pytest.mark.parametrize("number", range(8))
def test_an_event_taken_away_is_noticed(log: Log, number: int) -> None:
    del log.events[number]
    assert FaultKind.MISSING in log.faults()


def test_the_newest_event_taken_away_with_its_head_put_back_is_noticed_once_something_followed(log: Log) -> None:
    before = dict(log.heads)
    log.add(5, at=NOW - timedelta(minutes=3))
    log.add(9, at=NOW - timedelta(minutes=2))
    log.heads = before | {9: log.heads[9]}
    del log.events[-2]
    assert log.faults() == [FaultKind.MISSING]


def test_a_head_put_back_is_noticed(log: Log) -> None:
    log.heads[0] = log.events[4].mark
    assert log.faults() == [FaultKind.BEYOND_HEAD]


def test_what_came_while_the_log_was_read_is_not_missed(log: Log) -> None:
    before = dict(log.heads)
    log.add(0)
    log.heads, unseen = before, log.events.pop()
    assert log.faults() == []
    log.events.append(unseen)
    assert log.faults() == []


def test_a_shard_deleted_together_with_its_head_is_detected(log: Log) -> None:
    log.events = [found for found in log.events if found.document["lane"] != 7]
    del log.heads[7]
    assert FaultKind.MISSING in log.faults()


def test_an_event_of_another_organization_or_place_is_noticed(log: Log) -> None:
    log.add(12, organization_id="org_2")
    assert FaultKind.MISPLACED in log.faults()


def test_a_beginning_pretended_by_leaving_the_rest_out_is_noticed(log: Log) -> None:
    log.events[2] = chained(log.events[2].document | {"previous": None})
    assert FaultKind.UNLINKED in log.faults()


def test_what_expired_is_not_missed_and_what_is_left_still_verifies(log: Log) -> None:
    oldest = log.events[0].created_at
    for gone in range(1, 8):
        later = oldest + RETENTION + timedelta(minutes=gone)
        kept = Log(log.events[gone:], log.heads)
        assert kept.faults(now=later) == []
        assert FaultKind.MISSING in kept.faults(now=later - timedelta(minutes=2))


def test_expired_events_that_ttl_has_not_come_to_do_no_harm(log: Log) -> None:
    assert log.faults(now=NOW + RETENTION) == []


def test_events_stay_ours_after_the_key_was_changed(log: Log) -> None:
    assert log.faults(keys=(b"new", KEY)) == []
    assert FaultKind.NOT_OURS in log.faults(keys=(b"new",))

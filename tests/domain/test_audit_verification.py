"""What an operator who edits the table can't do without being noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.actor import Actor, ActorKind
from chalicelib.domain.audit_chain import LANES, Heads, mac, sealed, text_hash
from chalicelib.domain.audit_event import (
    KEPT,
    Action,
    AuditEvent,
    EventMark,
    SealedEvent,
    canonical,
    event_in,
)
from chalicelib.domain.audit_verification import Fault, FaultKind, Verification

KEY = b"k" * 32
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def event(number: int, at: datetime) -> AuditEvent:
    return AuditEvent(
        id=f"evt_{number}",
        organization_id="org_1",
        action=Action.USER_CREATED,
        actor=Actor(ActorKind.USER, "usr_1"),
        object_id="usr_2",
        before=None,
        after={"name": "Zoë", "number": number},
        created_at=at,
        request_id="req_1",
        source="192.0.2.1",
        lane=0,
        sequence=0,
        previous=None,
        witness=None,
    )


@dataclass
class Log:
    """A log in memory, written as the ledger writes it."""

    events: list[SealedEvent] = field(default_factory=list)
    heads: dict[int, EventMark] = field(default_factory=dict)

    def add(self, lane: int, *, at: datetime = NOW, count: int = 1) -> None:
        others = [mark for mark in self.heads.values() if mark.lane != lane]
        heads = Heads(lane, self.heads.get(lane), max(others, key=lambda m: m.created_at, default=None))
        events = [event(len(self.events) + number, at) for number in range(count)]
        self.events += sealed(events, heads, KEY)
        self.heads[lane] = self.events[-1].mark

    def faults(self, *, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,)) -> list[FaultKind]:
        return [fault.kind for fault in self.all_faults(now=now, keys=keys)]

    def all_faults(self, *, now: datetime = NOW, keys: tuple[bytes, ...] = (KEY,)) -> tuple[Fault, ...]:
        verification = Verification("org_1", keys, now)
        for found in reversed(self.events):
            verification.event(found, found.event.id)
        for mark in self.heads.values():
            verification.head(mark)
        return verification.finish()


@pytest.fixture
def log() -> Log:
    """Eight events in three lanes, a minute apart."""
    made = Log()
    for number, lane in enumerate([3, 7, 3, 3, 0, 7, 3, 0]):
        made.add(lane, at=NOW - timedelta(hours=1) + timedelta(minutes=number))
    return made


def test_a_log_that_nobody_touched_is_whole(log: Log) -> None:
    assert log.faults() == []
    log.add(LANES - 1, count=3)
    assert log.faults() == []


def test_an_event_reads_back_as_it_was_written(log: Log) -> None:
    for found in log.events:
        assert event_in(found.text) == found.event
        assert canonical(found.event) == found.text


def test_anybody_can_compute_the_hash_of_an_exported_line_again(log: Log) -> None:
    first, _, second = log.events[0], log.events[1], log.events[2]
    assert first.hash == hashlib.sha256(first.text.encode("utf-8")).hexdigest()
    assert second.event.previous is not None
    assert second.event.previous.hash == first.hash


def test_an_altered_event_is_noticed(log: Log) -> None:
    log.events[2] = replace(log.events[2], text=log.events[2].text.replace("usr_2", "usr_3"))
    assert log.faults() == [FaultKind.ALTERED]


def test_an_altered_event_with_its_hash_made_anew_is_noticed(log: Log) -> None:
    text = log.events[2].text.replace("usr_2", "usr_3")
    log.events[2] = replace(log.events[2], text=text, hash=text_hash(text))
    assert set(log.faults()) == {FaultKind.NOT_OURS, FaultKind.UNLINKED}


def test_a_log_written_wholly_anew_without_our_key_is_noticed() -> None:
    forged = Log()
    forged.events = list(sealed([event(1, NOW), event(2, NOW)], Heads(0, None, None), b"theirs"))
    forged.heads = {0: forged.events[-1].mark}
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


def test_a_whole_lane_taken_away_with_its_head_is_noticed(log: Log) -> None:
    log.events = [found for found in log.events if found.event.lane != 7]
    del log.heads[7]
    assert FaultKind.MISSING in log.faults()


def test_an_event_of_another_organization_or_place_is_noticed(log: Log) -> None:
    other = sealed([replace(event(99, NOW), organization_id="org_2")], Heads(12, None, None), KEY)[0]
    log.events.append(other)
    log.heads[12] = other.mark
    assert log.faults() == [FaultKind.MISPLACED]


def test_a_beginning_pretended_by_leaving_the_rest_out_is_noticed(log: Log) -> None:
    forged = replace(log.events[2].event, previous=None)
    text = canonical(forged)
    log.events[2] = SealedEvent(forged, text, text_hash(text), mac(KEY, text_hash(text)))
    assert FaultKind.UNLINKED in log.faults()


def test_what_expired_is_not_missed_and_what_is_left_still_verifies(log: Log) -> None:
    oldest = log.events[0].event.created_at
    for gone in range(1, 8):
        later = oldest + KEPT + timedelta(minutes=gone)
        kept = Log(log.events[gone:], log.heads)
        assert kept.faults(now=later) == []
        assert FaultKind.MISSING in kept.faults(now=later - timedelta(minutes=2))


def test_expired_events_that_ttl_has_not_come_to_do_no_harm(log: Log) -> None:
    assert log.faults(now=NOW + KEPT) == []


def test_events_stay_ours_after_the_key_was_changed(log: Log) -> None:
    assert log.faults(keys=(b"new", KEY)) == []
    assert set(log.faults(keys=(b"new",))) == {FaultKind.NOT_OURS}

from __future__ import annotations

import threading
import time

import pytest

from tools.load.http_client import UnexpectedReply
from tools.load.runner import crowd


def _later() -> float:
    return time.monotonic() + 30


def test_every_number_has_its_turn_once() -> None:
    seen: list[int] = []
    outcome = crowd(seen.append, range(100), 4, _later())
    assert sorted(seen) == list(range(100))
    assert (outcome.done, len(outcome.took), outcome.errors.total()) == (100, 100, 0)


def test_its_members_are_at_it_at_the_same_time() -> None:
    meeting = threading.Barrier(4, timeout=20)

    def act(_: int) -> None:
        meeting.wait()

    assert len(crowd(act, range(4), 4, _later()).took) == 4


def test_failures_are_counted_by_what_went_wrong_and_end_nothing() -> None:
    def act(number: int) -> None:
        if number % 3 == 0:
            raise UnexpectedReply("acs: 403")
        if number % 3 == 1:
            raise ConnectionResetError("by the other side")

    outcome = crowd(act, range(9), 2, _later())
    assert outcome.errors == {"acs: 403": 3, "ConnectionResetError: by the other side": 3}
    assert outcome.done == 9


def test_nothing_begins_after_the_deadline() -> None:
    assert crowd(lambda _: None, range(9), 2, time.monotonic()).done == 0


def test_an_unexpected_error_ends_the_load() -> None:
    def act(number: int) -> None:
        raise ZeroDivisionError(number)

    with pytest.raises(ZeroDivisionError):
        crowd(act, range(9), 2, _later())

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.rate_limits.model import LONGEST_DELAY, MAX_WAIT, AttemptCount, Limit, password_limits

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LIMIT = Limit("somebody", free=3)


def test_the_first_tries_need_no_wait() -> None:
    assert LIMIT.wait(None, NOW) == timedelta(0)
    assert LIMIT.wait(AttemptCount(2, NOW), NOW) == timedelta(0)


def test_every_further_try_waits_twice_as_long() -> None:
    waits = [LIMIT.wait(AttemptCount(count, NOW), NOW).total_seconds() for count in (3, 4, 5, 6)]
    assert waits == [1, 2, 4, 8]


def test_the_wait_is_counted_from_the_last_try() -> None:
    assert LIMIT.wait(AttemptCount(6, NOW - timedelta(seconds=5)), NOW) == timedelta(seconds=3)
    assert LIMIT.wait(AttemptCount(6, NOW - timedelta(seconds=9)), NOW) == timedelta(0)


def test_no_wait_is_longer_than_the_longest_however_many_tries() -> None:
    assert LIMIT.wait(AttemptCount(10**6, NOW), NOW) == MAX_WAIT


def test_by_the_address_alone_there_is_only_a_short_delay() -> None:
    mine = password_limits("192.0.2.1", "a@acme.test", 10)
    strangers = {limit.key for limit in password_limits("192.0.2.2", "a@acme.test", 10)}
    shared = [limit for limit in mine if limit.key in strangers]
    assert [limit.longest for limit in shared] == [LONGEST_DELAY]

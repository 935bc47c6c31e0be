from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.rate_limits.model import (
    LONGEST_DELAY,
    MAX_WAIT,
    NEW_NETWORK_TRIES,
    AttemptCount,
    Limit,
    network_limit,
    password_limits,
)

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


class Guesses:
    """Tries at one address, counted as `Limits` counts them."""

    EMAIL = "a@acme.test"

    def __init__(self) -> None:
        self.past: dict[str, AttemptCount] = {}

    def tried(self, source: str, now: datetime) -> bool:
        """Returns True if the try is allowed."""
        network = self.past.get(network_limit(source, self.EMAIL).key)
        limits = password_limits(source, self.EMAIL, 5, failures=network.count if network else 0)
        if any(limit.wait(self.past.get(limit.key), now) for limit in limits):
            return False
        for limit in limits:
            before = self.past.get(limit.key)
            self.past[limit.key] = AttemptCount(before.count + 1 if before else 1, now)
        return True


@pytest.mark.parametrize("networks", [1, 5, 20, 60])
@pytest.mark.parametrize("starts_after", [0, 300])
def test_the_owner_in_a_new_browser_gets_in_after_a_bounded_number_of_tries(networks: int, starts_after: int) -> None:
    guesses, refused, mistyped = Guesses(), 0, 0
    for second in range(1800):
        now = NOW + timedelta(seconds=second)
        for number in range(networks):
            guesses.tried(f"203.0.113.{number}", now)
        if second < starts_after or second % 5:
            continue
        if not guesses.tried("192.0.2.1", now):
            refused += 1
        elif (mistyped := mistyped + 1) == NEW_NETWORK_TRIES:  # the last one is right
            break
    assert mistyped == NEW_NETWORK_TRIES
    assert refused <= NEW_NETWORK_TRIES * (networks + 1)


def test_guesses_from_many_networks_at_one_address_are_bounded() -> None:
    guesses, made = Guesses(), 0
    for second in range(600):
        now = NOW + timedelta(seconds=second)
        made += sum(guesses.tried(f"203.0.113.{number}", now) for number in range(60))
    assert made <= NEW_NETWORK_TRIES * 60 + 600 / LONGEST_DELAY.total_seconds() + 20


def test_all_networks_of_one_customer_count_as_one() -> None:
    keys = {
        network_limit(source, "a@acme.test").key for source in ("2001:db8:1::", "2001:db8:1:ff::", "2001:db8:1:1::")
    }
    assert len(keys) == 1
    assert network_limit("2001:db8:2::", "a@acme.test").key not in keys
    assert network_limit("192.0.2.1", "a@acme.test").key != network_limit("192.0.2.2", "a@acme.test").key

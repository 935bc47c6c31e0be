from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.aws.dynamodb import Lookup, Table
from chalicelib.errors import TooManyRequests
from chalicelib.rate_limits.model import LONGEST_DELAY, Limit, password_limits
from chalicelib.rate_limits.service import Limits
from tests.support.deployment import Deployment

LIMIT = Limit("pair", free=3)
WIDE = Limit("source", free=5, is_reset=False)


@pytest.fixture
def limits(deployment: Deployment) -> Limits:
    return Limits(deployment.container.table)


def test_free_tries_pass_and_the_next_one_waits(limits: Limits, deployment: Deployment) -> None:
    for _ in range(3):
        limits.reserve([LIMIT], deployment.now)
    with pytest.raises(TooManyRequests) as refused:
        limits.reserve([LIMIT], deployment.now)
    assert refused.value.retry_after == 1


def test_the_wait_grows_with_every_try_that_was_made(limits: Limits, deployment: Deployment) -> None:
    waits = []
    for _ in range(7):
        try:
            limits.reserve([LIMIT], deployment.now)
        except TooManyRequests as refused:
            waits.append(refused.retry_after)
            deployment.later(seconds=refused.retry_after)
            limits.reserve([LIMIT], deployment.now)
    assert waits == [1, 2, 4, 8]


def test_a_quiet_hour_is_forgiven_though_the_item_still_lies_there(limits: Limits, deployment: Deployment) -> None:
    for _ in range(3):
        limits.reserve([LIMIT], deployment.now)
    deployment.later(hours=1, seconds=1)
    for _ in range(3):
        limits.reserve([LIMIT], deployment.now)


def test_success_starts_the_narrow_limit_at_zero_and_gives_one_try_back_to_the_wide(
    limits: Limits, deployment: Deployment
) -> None:
    for _ in range(20):
        limits.reserve([LIMIT, WIDE], deployment.now)
        limits.release([LIMIT, WIDE], deployment.now)


def test_the_wide_limit_holds_over_many_narrow_ones(limits: Limits, deployment: Deployment) -> None:
    for number in range(5):
        limits.reserve([Limit(f"pair {number}", free=3), WIDE], deployment.now)
    with pytest.raises(TooManyRequests):
        limits.reserve([Limit("pair 6", free=3), WIDE], deployment.now)


@pytest.mark.usefixtures("atomic_aws")
def test_a_parallel_burst_gets_no_more_than_the_free_tries(limits: Limits, deployment: Deployment) -> None:
    def tried(_: int) -> bool:
        try:
            limits.reserve([LIMIT], deployment.now)
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        passed = list(pool.map(tried, range(24)))
    assert 1 <= sum(passed) <= LIMIT.free


def test_a_try_between_reading_and_counting_is_not_lost(
    limits: Limits, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits.reserve([LIMIT], deployment.now)
    read = Table.read_all
    raced: list[bool] = []

    def read_and_race(table: Table, lookups: Sequence[Lookup[Any]]) -> tuple[object, ...]:
        found = read(table, lookups)
        if not raced:
            raced.append(True)
            limits.reserve([LIMIT], deployment.now)
            limits.reserve([LIMIT], deployment.now)
        return found

    monkeypatch.setattr(Table, "read_all", read_and_race)
    with pytest.raises(TooManyRequests):
        limits.reserve([LIMIT], deployment.now)


def test_a_try_that_one_limit_has_wait_is_counted_under_none(limits: Limits, deployment: Deployment) -> None:
    other = Limit("other", free=1)
    limits.reserve([other], deployment.now)
    for _ in range(10):
        with pytest.raises(TooManyRequests):
            limits.reserve([LIMIT, other], deployment.now)
    for _ in range(LIMIT.free):
        limits.reserve([LIMIT], deployment.now)


def test_guesses_at_one_address_from_many_sources_come_one_at_a_time_and_never_wait_longer_than_five_seconds(
    limits: Limits, deployment: Deployment
) -> None:
    def tried(number: int) -> int:
        try:
            limits.reserve(password_limits(f"source {number}", "ceo@acme.test", 3), deployment.now)
        except TooManyRequests as refused:
            return int(refused.retry_after or 0)
        return 0

    assert [tried(number) for number in range(3)] == [0, 0, 0]
    waits = []
    for number in range(10):
        wait = tried(1000 + number)
        waits.append(wait)
        deployment.later(seconds=wait)
        assert [tried(2000 + number), tried(3000 + number) > 0] == [0, True]
    assert waits == [1, 2, 4, 5, 5, 5, 5, 5, 5, 5]
    assert max(waits) == LONGEST_DELAY.total_seconds()


@pytest.mark.usefixtures("atomic_aws")
def test_of_many_at_once_who_guess_at_one_address_one_gets_its_turn(limits: Limits, deployment: Deployment) -> None:
    for number in range(3):
        limits.reserve(password_limits(f"early {number}", "ceo@acme.test", 3), deployment.now)
    deployment.later(seconds=10)

    def tried(number: int) -> bool:
        try:
            limits.reserve(password_limits(f"source {number}", "ceo@acme.test", 3), deployment.now)
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tried, range(16))) == 1


def test_strangers_who_guess_do_not_hold_up_a_browser_in_which_the_person_signed_in_before(
    limits: Limits, deployment: Deployment
) -> None:
    for number in range(3):
        limits.reserve(password_limits(f"source {number}", "ceo@acme.test", 3), deployment.now)
    with pytest.raises(TooManyRequests):
        limits.reserve(password_limits("elsewhere", "ceo@acme.test", 3), deployment.now)
    limits.reserve(password_limits("home", "ceo@acme.test", 3, browser="hers"), deployment.now)


def test_a_source_with_a_longer_wait_takes_no_turn_of_others(limits: Limits, deployment: Deployment) -> None:
    for _ in range(8):  # the source waits two minutes after that, the address five seconds
        deployment.later(minutes=3)
        limits.reserve(password_limits("attacker", "ceo@acme.test", 1), deployment.now)
    deployment.later(seconds=6)
    for _ in range(20):
        with pytest.raises(TooManyRequests):
            limits.reserve(password_limits("attacker", "ceo@acme.test", 1), deployment.now)
    limits.reserve(password_limits("home", "ceo@acme.test", 1), deployment.now)

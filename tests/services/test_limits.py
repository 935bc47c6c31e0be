from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.adapters.table import Table
from chalicelib.domain.limit import Limit
from chalicelib.errors import TooManyRequests
from chalicelib.services.limits import Limits
from tests.deployment import Deployment

LIMIT = Limit("pair", free=3)
WIDE = Limit("source", free=5)


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
    read = Table.read
    raced: list[bool] = []

    def read_and_race(table: Table, *lookups: object) -> tuple[object, ...]:
        found: tuple[object, ...] = read(table, *lookups)  # type: ignore[call-overload]
        if not raced:
            raced.append(True)
            limits.reserve([LIMIT], deployment.now)
            limits.reserve([LIMIT], deployment.now)
        return found

    monkeypatch.setattr(Table, "read", read_and_race)
    with pytest.raises(TooManyRequests):
        limits.reserve([LIMIT], deployment.now)

from __future__ import annotations

from typing import Final

import pytest

from chalicelib import container
from tools.bench.calls import CACHED, NEW_PROCESS, STATES, WARM, calls_of, journeys

BUDGET: Final[dict[str, dict[str, int]]] = {
    "login start": {NEW_PROCESS: 2, WARM: 1, CACHED: 0},
    "ACS, known user": {NEW_PROCESS: 5, WARM: 3, CACHED: 2},
    "ACS, new user": {NEW_PROCESS: 5, WARM: 3, CACHED: 2},
    "ACS, refused": {NEW_PROCESS: 4, WARM: 3, CACHED: 2},
    "a call with a session": {NEW_PROCESS: 1, WARM: 1, CACHED: 1},
    "policy check": {NEW_PROCESS: 2, WARM: 2, CACHED: 2},
}
"""A new process loads our keys and the connection's certificates besides, one call each."""

WRITES: Final = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


@pytest.fixture(autouse=True)
def _own_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "_container", None)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("journey", BUDGET)
def test_a_journey_calls_aws_no_more_often_than_its_budget(journey: str, state: str) -> None:
    calls = calls_of(journey, state)
    assert len(calls) <= BUDGET[journey][state], calls


def test_every_journey_that_is_shown_has_a_budget() -> None:
    assert journeys().keys() == BUDGET.keys()


@pytest.mark.parametrize("journey", ["ACS, known user", "ACS, new user", "ACS, refused"])
def test_an_answer_is_written_down_in_one_transaction(journey: str) -> None:
    assert [call for call in calls_of(journey, WARM) if call in WRITES] == ["TransactWriteItems"]


@pytest.mark.parametrize("journey", ["login start", "a call with a session", "policy check"])
def test_starting_and_asking_write_nothing(journey: str) -> None:
    assert not WRITES & set(calls_of(journey, NEW_PROCESS))

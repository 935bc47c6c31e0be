"""AWS fails at any one call, or the process dies there: the caller is told, and trying again brings it about once."""

from __future__ import annotations

import pytest

from tests.faults.scene import IN_FLIGHT, OPERATIONS, UNAVAILABLE, Operation, OperationFixture, result_of, scenes
from tests.support.aws_faults import FAULTS, Fault, Killed, at_call
from tests.support.consistency import contradictions

_TRIES = 4


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_failed_call_is_reported_and_a_retry_takes_effect_once(operation: Operation, fault: Fault) -> None:
    number = 0
    with scenes() as anew:
        while True:
            number += 1
            there = anew()
            with at_call(there.deployment, number, fault) as calls:
                try:
                    result = result_of(operation, there)
                except Killed:
                    result = UNAVAILABLE
            if calls.struck is None:
                break
            where = f"call {number}, {calls.struck}"
            assert result == UNAVAILABLE or operation.done(there), f"{where}: {result}"
            assert contradictions(there.deployment) == [], where
            there.restart()
            _try_again(operation, there)
            assert operation.done(there), where
            assert contradictions(there.deployment) == [], where
    assert number > 1


def _try_again(operation: Operation, there: OperationFixture) -> None:
    """As a client does that was told to come again, or heard nothing; a lease of the first try runs out."""
    for _ in range(_TRIES):
        if result_of(operation, there) not in {UNAVAILABLE, IN_FLIGHT}:
            return
        there.deployment.later(seconds=31)

"""What a stranger can make us spend: at most three valid responses' CPU, at most 50 MB, whatever is posted."""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.domain.assertion import UnverifiedResponse
from tests.attacks.costly import BOTH_SIGNED, CROWDED, ENCRYPTED, FULL, LIMIT, RAW, TEXTS
from tests.attacks.memory import megabytes_taken
from tests.attacks.spending import spent, untraced
from tests.identity_provider import Encryption, Trust, send, trust
from tests.verification import refusal

DEAREST: Final = 3.0
MEGABYTES: Final = 50
PLAIN: Final = {**CROWDED, **FULL, **TEXTS}


def _posted(octets: bytes) -> UnverifiedResponse:
    return UnverifiedResponse(base64.b64encode(octets).decode())


def _sent(name: str) -> UnverifiedResponse:
    return UnverifiedResponse(RAW[name]()) if name in RAW else _posted(PLAIN[name]())


@pytest.fixture(scope="module", autouse=True)
def _nothing_else_to_collect() -> Iterator[None]:
    """What other tests left is looked through once, not before each of these: that took longer than measuring."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _times_dearer(hostile: UnverifiedResponse, valid: UnverifiedResponse, under: Trust) -> float:
    """What each costs at its cheapest, for neighbours on the machine can only add to it; interleaved, in six rounds."""
    assert refusal(valid, under) is None
    refusal(hostile, under)
    gc.collect()
    cheapest = [float("inf"), float("inf")]
    with untraced():
        for _ in range(6):
            for _ in range(7):
                costs = [spent(lambda: refusal(hostile, under)), spent(lambda: refusal(valid, under))]
                cheapest = [min(pair) for pair in zip(cheapest, costs, strict=True)]
            if cheapest[0] <= DEAREST * cheapest[1]:
                break
    return cheapest[0] / cheapest[1]


@pytest.mark.parametrize("name", [*PLAIN, *RAW])
def test_no_hostile_response_costs_more_than_three_valid_ones(name: str) -> None:
    assert _times_dearer(_sent(name), send(BOTH_SIGNED), trust()) <= DEAREST


@pytest.mark.parametrize("name", ENCRYPTED)
def test_no_hostile_ciphertext_costs_more_than_three_valid_ones(name: str) -> None:
    valid = send(replace(BOTH_SIGNED, encryption=Encryption()))
    under = trust(decryption=("service", "service-next"))
    assert _times_dearer(_posted(ENCRYPTED[name]()), valid, under) <= DEAREST


def test_no_hostile_response_takes_more_than_fifty_megabytes() -> None:
    responses = {name: _sent(name) for name in (*PLAIN, *RAW)}
    responses |= {f"encrypted {name}": _posted(build()) for name, build in ENCRYPTED.items()}
    taken = megabytes_taken(responses)
    assert set(taken) == set(responses)
    assert {name: megabytes for name, megabytes in taken.items() if megabytes > MEGABYTES} == {}


def test_the_costly_responses_are_not_all_cut_off_by_their_size() -> None:
    """Otherwise the tables would prove nothing but the size limit."""
    assert [name for name in PLAIN if len(_sent(name)) > LIMIT] == []

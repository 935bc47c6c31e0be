"""What a stranger can make us spend: at most three valid responses' CPU, at most 50 MB, whatever is posted."""

from __future__ import annotations

import base64
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.domain.assertion import UnverifiedResponse
from tests.attacks.costly import BOTH_SIGNED, CROWDED, ENCRYPTED, FULL, LIMIT, RAW, TEXTS
from tests.attacks.memory import megabytes_taken
from tests.identity_provider import Encryption, Trust, send, trust
from tests.verification import refusal

DEAREST: Final = 3.0
MEGABYTES: Final = 50
PLAIN: Final = {**CROWDED, **FULL, **TEXTS}


def _posted(octets: bytes) -> UnverifiedResponse:
    return UnverifiedResponse(base64.b64encode(octets).decode())


def _sent(name: str) -> UnverifiedResponse:
    return UnverifiedResponse(RAW[name]()) if name in RAW else _posted(PLAIN[name]())


def _spent(sent: UnverifiedResponse, under: Trust) -> float:
    """Seconds of CPU for one."""
    began = time.process_time()
    refusal(sent, under)
    return time.process_time() - began


@pytest.fixture(scope="module", autouse=True)
def _nothing_else_to_collect() -> Iterator[None]:
    """What other tests left is looked through once, not before each of these: that took longer than measuring."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@contextmanager
def _untraced() -> Iterator[None]:
    """Without coverage's tracer, which makes every Python line of ours dearer and none of libxml2's."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def _times_dearer(hostile: UnverifiedResponse, valid: UnverifiedResponse, under: Trust) -> float:
    """What each costs at its cheapest, for neighbours on the machine can only add to it; interleaved, in six rounds."""
    assert refusal(valid, under) is None
    _spent(hostile, under)
    gc.collect()
    cheapest = [float("inf"), float("inf")]
    with _untraced():
        for _ in range(6):
            for _ in range(7):
                cheapest = [min(cheapest[0], _spent(hostile, under)), min(cheapest[1], _spent(valid, under))]
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

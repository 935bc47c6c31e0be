"""The cost of a hostile response: at most three valid responses' CPU and at most 50 MB for any post.

The yardstick is fixed: what lxml and OpenSSL alone take for a valid response (`tools.bench.limit`). A full check may
take
4.2 times that, 2.3 times where an assertion is encrypted (docs/performance.md); a hostile response may take three times
as much. So this does not become stricter when valid responses become cheaper.
"""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import pytest

from chalicelib.saml.assertion import UnverifiedResponse
from tests.attacks.cpu import cpu_seconds, without_tracing
from tests.attacks.expensive import CROWDED, ENCRYPTED, FULL, LIMIT, RAW, TEXTS
from tests.attacks.memory import megabytes_taken
from tests.support.identity_provider import Trust, trust
from tests.support.verification import refusal
from tools.bench.limit import Limit
from tools.bench.samples import Sample, samples

FULL_CHECK: Final = 4.2
FULL_CHECK_ENCRYPTED: Final = 2.3
DEAREST: Final = 3.0
MEGABYTES: Final = 50
PLAIN: Final = {**CROWDED, **FULL, **TEXTS}


def _posted(octets: bytes) -> UnverifiedResponse:
    return UnverifiedResponse(base64.b64encode(octets).decode())


def _sent(name: str) -> UnverifiedResponse:
    return UnverifiedResponse(RAW[name]()) if name in RAW else _posted(PLAIN[name]())


@cache
def _samples() -> Mapping[str, Sample]:
    return samples()


@pytest.fixture(scope="module", autouse=True)
def _nothing_else_to_collect() -> Iterator[None]:
    """Freezes other tests' objects for the garbage collector; collecting them before each measurement took longer."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _times_the_limit(hostile: UnverifiedResponse, under: Trust, shape: str, most: float) -> float:
    """How many times the limit of this shape it costs. Each at its cheapest, for neighbours on the machine can only add
    to it; interleaved, in rounds that end as soon as the answer is clear."""
    limit = Limit(_samples()[shape])
    limit()
    refusal(hostile, under)
    gc.collect()
    cheapest = [float("inf"), float("inf")]
    with without_tracing():
        for _ in range(10):
            for _ in range(7):
                costs = [cpu_seconds(lambda: refusal(hostile, under)), cpu_seconds(limit)]
                cheapest = [min(pair) for pair in zip(cheapest, costs, strict=True)]
            if cheapest[0] <= most * cheapest[1]:
                break
    return cheapest[0] / cheapest[1]


@pytest.mark.parametrize("name", [*PLAIN, *RAW])
def test_no_hostile_response_costs_more_than_three_valid_ones(name: str) -> None:
    most = DEAREST * FULL_CHECK
    assert _times_the_limit(_sent(name), trust(), "ra", most) <= most


@pytest.mark.parametrize("name", ENCRYPTED)
def test_no_hostile_ciphertext_costs_more_than_three_valid_ones(name: str) -> None:
    under, most = trust(decryption=("service", "service-next")), DEAREST * FULL_CHECK_ENCRYPTED
    assert _times_the_limit(_posted(ENCRYPTED[name]()), under, "ea-gcm", most) <= most


def test_no_hostile_response_takes_more_than_fifty_megabytes() -> None:
    responses = {name: _sent(name) for name in (*PLAIN, *RAW)}
    responses |= {f"encrypted {name}": _posted(build()) for name, build in ENCRYPTED.items()}
    taken = megabytes_taken(responses)
    assert set(taken) == set(responses)
    assert {name: megabytes for name, megabytes in taken.items() if megabytes > MEGABYTES} == {}


def test_the_costly_responses_are_not_all_cut_off_by_their_size() -> None:
    """Otherwise the tables would prove nothing but the size limit."""
    assert [name for name in PLAIN if len(_sent(name)) > LIMIT] == []

from __future__ import annotations

import base64
import contextlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Final

import pytest

from chalicelib.saml.assertion import UnverifiedResponse
from tools.bench.rounds import Times
from tools.bench.samples import SHAPES, Sample, samples
from tools.bench.verification import LIMIT, OURS, Maker, compare, makers

ROUNDS: Final = 25
MOST: Final = {"a": 6.0, "ra": 6.5, "ea": 3.5, "ea-gcm": 3.5}
"""Half as much again as `make bench` measures: this finds what was made slow, not what is a little slower."""


@pytest.fixture(scope="module")
def times() -> Times:
    """Measures in a process of its own, without branch coverage."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_measured).result()


def _measured() -> Times:
    return compare(samples(), ROUNDS)


@pytest.fixture(scope="module")
def contenders() -> dict[str, Maker]:
    return dict(makers())


@pytest.mark.parametrize("shape", SHAPES)
def test_a_full_check_stays_within_a_few_times_the_physical_limit(times: Times, shape: str) -> None:
    assert times.ratio(f"{OURS}/{shape}", f"{LIMIT}/{shape}") <= MOST[shape]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_contender_accepts_the_message_and_refuses_an_altered_one(
    contenders: dict[str, Maker], shape: str
) -> None:
    sample, fooled = samples()[shape], []
    for name, maker in contenders.items():
        work, altered = maker(sample), maker(_altered(sample))
        work()
        with contextlib.suppress(Exception):
            altered()
            fooled.append(name)
    assert fooled == []


def _altered(sample: Sample) -> Sample:
    """Another address where it can be read, else another octet in the middle of the ciphertext."""
    octets = base64.b64decode(sample.sent)
    changed = octets.replace(b">member@acme.test<", b">mallet@acme.test<")
    if changed == octets:
        place = len(octets) * 3 // 4
        other = b"A" if octets[place : place + 1] != b"A" else b"B"
        changed = octets[:place] + other + octets[place + 1 :]
    return replace(sample, sent=UnverifiedResponse(base64.b64encode(changed).decode()))

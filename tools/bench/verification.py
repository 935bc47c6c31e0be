"""The contenders of the comparison, and their results."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final

from tools.bench.limit import Limit
from tools.bench.ours import full_check, handler
from tools.bench.rounds import Run, Times, measure, time_work
from tools.bench.samples import SHAPES, Sample

LIMIT: Final = "physical limit (lxml + OpenSSL)"
OURS: Final = "Gatehouse, full check"
HANDLER: Final = "Gatehouse, whole ACS without boto3"
CLIENT: Final = "Gatehouse, whole ACS with boto3"

Maker = Callable[[Sample], Callable[[], None]]


def makers() -> Mapping[str, Maker]:
    """Returns what each contender does with a message."""
    contender = handler()
    return {
        LIMIT: Limit,
        OURS: full_check,
        HANDLER: contender.alone,
        CLIENT: contender.with_client,
    }


def compare(samples: Mapping[str, Sample], rounds: int) -> Times:
    """Measures every contender with every message; names are `who/shape`."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        os.environ.pop(name, None)  # xmlsec.KeysManager() would load that bundle anew on every decryption: 12 ms
    contenders: dict[str, Run] = {}
    for who, maker in makers().items():
        contenders |= {f"{who}/{shape}": time_work(maker(sample)) for shape, sample in samples.items()}
    return measure(contenders, rounds)


def table(times: Times) -> list[str]:
    """Returns rows of Markdown: multiples of the limit, and microseconds on this machine."""
    lines = [
        "| CPU of one verification, × limit (µs) | " + " | ".join(SHAPES.values()) + " |",
        "|---|" + "---|" * len(SHAPES),
    ]
    contenders = (LIMIT, OURS, HANDLER, CLIENT)
    rows = [f"| {name} | " + " | ".join(_cell(times, name, shape) for shape in SHAPES) + " |" for name in contenders]
    return [*lines, *rows]


def _cell(times: Times, who: str, shape: str) -> str:
    name = f"{who}/{shape}"
    return f"{times.ratio(name, f'{LIMIT}/{shape}'):.1f} ({times.middle(name) * 1e6:.0f})"

"""The contenders of the comparison, and their results."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Final

from tools.bench import peers
from tools.bench.lasso_peer import Lasso
from tools.bench.limit import Limit
from tools.bench.ours import full_check, handler
from tools.bench.rounds import Run, Times, measure, time_work
from tools.bench.samples import SHAPES, Sample

LIMIT: Final = "physical limit (lxml + OpenSSL)"
OURS: Final = "Gatehouse, full check"
HANDLER: Final = "Gatehouse, whole ACS without boto3"
CLIENT: Final = "Gatehouse, whole ACS with boto3"
XMLSEC: Final = "python-xmlsec (signature only)"
LASSO: Final = "lasso (C)"
SIGNXML: Final = "signxml (signature only)"
PYTHON3_SAML: Final = "python3-saml as documented"

Maker = Callable[[Sample], Callable[[], None] | None]


def makers() -> Mapping[str, Maker]:
    """The result of each contender for a message; None if it does not support the message."""
    contender = handler()
    return {
        LIMIT: Limit,
        OURS: full_check,
        HANDLER: contender.alone,
        CLIENT: contender.with_client,
        XMLSEC: peers.xmlsec1,
        SIGNXML: peers.signxml,
        PYTHON3_SAML: peers.python3_saml,
    }


def compare(samples: Mapping[str, Sample], rounds: int, *, lasso: bool) -> Times:
    """Measures every contender with every message; names are `who/shape`."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        os.environ.pop(name, None)  # xmlsec.KeysManager() would load that bundle anew on every decryption: 12 ms
    taking_part = makers()
    contenders: dict[str, Run] = {}
    with ExitStack() as stack:
        for shape, sample in samples.items():
            made = {who: maker(sample) for who, maker in taking_part.items()}
            contenders |= {f"{who}/{shape}": time_work(work) for who, work in made.items() if work is not None}
        if lasso:
            process = stack.enter_context(Lasso(samples))
            contenders |= {f"{LASSO}/{shape}": partial(process.seconds, shape) for shape in samples}
        return measure(contenders, rounds)


def table(times: Times) -> list[str]:
    """Returns rows of Markdown: multiples of the limit, and microseconds on this machine."""
    names = [LIMIT, OURS, XMLSEC, LASSO, SIGNXML, PYTHON3_SAML, HANDLER, CLIENT]
    lines = [
        "| CPU of one verification, × limit (µs) | " + " | ".join(SHAPES.values()) + " |",
        "|---|" + "---|" * len(SHAPES),
    ]
    for name in names:
        cells = [_cell(times, name, shape) for shape in SHAPES]
        if any(cell != "–" for cell in cells):
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _cell(times: Times, who: str, shape: str) -> str:
    name = f"{who}/{shape}"
    if name not in times.seconds:
        return "–"
    return f"{times.ratio(name, f'{LIMIT}/{shape}'):.1f} ({times.middle(name) * 1e6:.0f})"

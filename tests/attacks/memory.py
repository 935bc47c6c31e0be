"""How much memory a response takes: the high-water mark of a process of its own, with libxml2's and OpenSSL's share.

Run as a program it reads responses from standard input and judges each in a fresh child.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from chalicelib.saml.assertion import UnverifiedResponse
from tests.support.identity_provider import GOOD, send, trust
from tests.support.verification import refusal


def megabytes_taken(responses: Mapping[str, UnverifiedResponse]) -> dict[str, float]:
    """Growth of the high-water mark while each response is judged, after a valid one has warmed everything up."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.attacks.memory"],
        input=json.dumps(responses),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    taken: dict[str, float] = json.loads(answer.stdout)
    return taken


def _main() -> None:
    responses: dict[str, str] = json.load(sys.stdin)
    refusal(send(GOOD), trust())
    print(json.dumps({name: _in_a_child(UnverifiedResponse(sent)) for name, sent in responses.items()}))


def _in_a_child(sent: UnverifiedResponse) -> float:
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        with os.fdopen(reading) as pipe:
            grown = float(pipe.read())
        os.waitpid(child, 0)
        return grown
    before = _high_water()
    refusal(sent, trust())
    os.write(writing, str(_high_water() - before).encode())
    os._exit(0)


def _high_water() -> float:
    """Megabytes. A child's mark starts at what it has, not at what its parent once had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    _main()

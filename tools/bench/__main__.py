"""`make bench`: one run, one table."""

from __future__ import annotations

import argparse
import base64
import logging
from typing import Final

from tools.bench import calls
from tools.bench.machine import machine
from tools.bench.rounds import Times
from tools.bench.samples import samples
from tools.bench.verification import LIMIT, OURS, compare, table

GOALS: Final = {"a": 4.2, "ra": 4.2, "ea": 2.3, "ea-gcm": 2.3}
"""Maximum multiples of the limit."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tools.bench", description="CPU of a sign-in against its limit.")
    parser.add_argument("--rounds", type=int, default=200, help="each contender verifies every message once per round")
    rounds = parser.parse_args().rounds
    logging.disable()
    measured_on = samples()
    octets = len(base64.b64decode(measured_on["a"].sent))
    print(f"A response of {octets / 1000:.1f} kB in Okta's shape, RSA-2048 with SHA-256; medians of {rounds} rounds.")
    print(*machine(), sep="\n", end="\n\n")
    times = compare(measured_on, rounds)
    print(*table(times), sep="\n", end="\n\n")
    print(*_goals(times), sep="\n", end="\n\n")
    print(*calls.table(), sep="\n")


def _goals(times: Times) -> list[str]:
    lines = []
    for shape, most in GOALS.items():
        ratio = times.ratio(f"{OURS}/{shape}", f"{LIMIT}/{shape}")
        lines.append(f"{shape}: {ratio:.2f} × the limit, goal {most}: {'met' if ratio <= most else 'MISSED'}")
    return lines


if __name__ == "__main__":
    main()

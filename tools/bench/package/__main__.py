"""`make bench-package`: one run, both packages, every contender once per round."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from tests.support.aws_emulator.aws_server import AwsServer
from tools.bench.package import packages
from tools.bench.package.signing_in import ENVIRONMENT, event, signing_in
from tools.bench.rounds import Run, Times, measure

SIZE_GOAL: Final = 0.5
GOALS: Final = {"answer of an identity provider": 0.35, "sign-in page": 0.1}
"""Relative to a plain Chalice application with two boto3 clients in the usual package."""

_SCRIPT: Final = str(Path(__file__).with_name("first_request.py"))
_BARE: Final = "bare Python"
_PLAIN: Final = "plain Chalice + boto3, usual package"
_USUAL: Final = "Gatehouse, usual package"
_OURS: Final = "Gatehouse, our package"
_LIBRARIES: Final = "libraries of our package alone"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tools.bench.package", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as made, AwsServer(Path(made)) as aws:
        folder = Path(made)
        usual, ours = packages.usual(folder), packages.ours(folder)
        plain = packages.plain(folder, usual)
        print(f"Python {platform.python_version()}, {platform.machine()}; medians of {rounds} rounds.\n")
        print(*_sizes(usual.octets, ours.octets), sep="\n", end="\n\n")
        environment = {**aws.environment, **ENVIRONMENT, "_HANDLER": "app.app"}
        posted = signing_in(aws.url).response_event
        page = event("GET", "/login")
        contenders: dict[str, Run] = {
            _BARE: _process({}, list),
            _PLAIN: _process(environment, lambda: [str(plain.folder), event("GET", "/"), "200"]),
        }
        for name, package in ((_USUAL, usual), (_OURS, ours)):
            answer, sign_in = (f"{name}: {path}" for path in GOALS)
            contenders[answer] = _process(environment, _request(package.folder, posted, "303"))
            contenders[sign_in] = _process(environment, _request(package.folder, lambda: page, "200"))
        contenders |= _alone(environment, packages.libraries(folder, ours).folder)
        print(*_starts(measure(contenders, rounds, uncounted=1)), sep="\n")


def _alone(environment: dict[str, str], folder: Path) -> dict[str, Run]:
    """The lower bound for any code of the product."""
    asked = {path: event("GET", resource) for path, resource in zip(GOALS, ("/sign-in", "/page"), strict=True)}
    return {
        f"{_LIBRARIES}: {path}": _process(environment, partial(list, (str(folder), request, "200")))
        for path, request in asked.items()
    }


def _request(folder: Path, made: Callable[[], str], status: str) -> Callable[[], list[str]]:
    return lambda: [str(folder), made(), status]


def _process(environment: dict[str, str], arguments: Callable[[], list[str]]) -> Run:
    """Measures the CPU time of a new process with a read-only code folder, as in Lambda."""

    def run() -> float:
        command = [sys.executable, "-S", "-B", _SCRIPT, *arguments()]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return float(done.stdout.splitlines()[-1])

    return run


def _sizes(usual: int, ours: int) -> list[str]:
    ratio = ours / usual
    return [
        "| package | MB, zipped |",
        "|---|---|",
        f"| as Chalice makes it | {usual / 1e6:.1f} |",
        f"| ours | {ours / 1e6:.1f} |",
        "",
        f"{ratio:.2f} × the usual package, goal {SIZE_GOAL}: {_verdict(ratio, SIZE_GOAL)}",
    ]


def _starts(times: Times) -> list[str]:
    """Returns CPU time above bare Python, and relative to the plain application."""
    bare = times.seconds[_BARE]
    over = {
        name: tuple(one - nothing for one, nothing in zip(seconds, bare, strict=True))
        for name, seconds in times.seconds.items()
        if name != _BARE
    }
    found = Times(over)
    lines = ["| first request of a new process | ms of CPU over bare Python | × plain |", "|---|---|---|"]
    lines += [f"| {name} | {found.middle(name) * 1000:.0f} | {found.ratio(name, _PLAIN):.2f} |" for name in over]
    lines.append("")
    for path, goal in GOALS.items():
        ratio = found.ratio(f"{_OURS}: {path}", _PLAIN)
        lines.append(f"{path}: {ratio:.2f} × plain, goal {goal}: {_verdict(ratio, goal)}")
    return lines


def _verdict(ratio: float, goal: float) -> str:
    return "met" if ratio <= goal else "MISSED"


if __name__ == "__main__":
    main()

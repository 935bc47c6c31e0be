"""`make load`: full sign-ins by many browsers at once, at a local run in a temporary folder.

Every customer's first sign-in comes before, by one browser, and so does a tenth of the others, 50 at most: what the
crowd took is told as a ratio to these, because a busy machine slows both.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from ops.local.demo_idp.answer import SCENARIOS
from ops.local.launch import LocalRun
from tools.load.counted_run import MARK
from tools.load.customer import Customer, IdentityProvider, new_customer
from tools.load.http_client import Client
from tools.load.runner import LoadResult, crowd
from tools.load.sign_in import sign_in

_ALONE: Final = 50
"""Maximum sign-ins by one browser."""

_PEOPLE: Final = 2
"""Users per customer: some sign in for the first time, others again."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One load test: every customer's first sign-in, some by one browser, then concurrent ones.

    Attributes:
        organizations: how many were made.
        calls: to AWS while the crowd was at it, by operation.
    """

    organizations: int
    first: LoadResult
    alone: LoadResult
    crowd: LoadResult
    calls: Counter[str]

    @property
    def errors(self) -> Counter[str]:
        """The total of all phases."""
        return self.first.errors + self.alone.errors + self.crowd.errors


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the load test and prints the results; returns 1 if a sign-in failed or none was made."""
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="gatehouse-load-") as folder:
            environment = {"GATEHOUSE_DEMO": "0"}
            with LocalRun(Path(folder) / "data", environment, program="tools.load.counted_run") as product:
                measured = _measure(product, options)
    except KeyboardInterrupt:
        return 130
    print(*_report(measured, options), sep="\n")
    return 1 if measured.errors or not measured.crowd.took else 0


def _measure(product: LocalRun, options: argparse.Namespace) -> Measured:
    deadline = time.monotonic() + options.seconds
    identity_provider = IdentityProvider.new(options.scenario)
    customers = _customers(product, options.organizations, identity_provider.metadata_xml, deadline)

    def act(number: int) -> None:
        round_, place = divmod(number, len(customers))
        email = f"person-{round_ % _PEOPLE}@{customers[place].domain}"
        sign_in(product.base_url, customers[place], identity_provider, email)

    few, many = max(1, min(options.sign_ins // 10, _ALONE)), len(customers) + options.sign_ins
    first = crowd(act, range(len(customers)), 1, deadline)
    alone = crowd(act, range(len(customers), len(customers) + few), 1, deadline)
    before = _calls(product)
    all_at_once = crowd(act, range(len(customers) + few, many), options.browsers, deadline)
    return Measured(len(customers), first, alone, all_at_once, _calls(product) - before)


def _customers(product: LocalRun, number: int, trust: str, deadline: float) -> list[Customer]:
    customers: list[Customer] = []
    with Client(product.base_url) as client:
        while len(customers) < number and (time.monotonic() < deadline or not customers):
            customers.append(new_customer(client, product.base_url, product.run["api_key"], trust))
    return customers


def _calls(product: LocalRun) -> Counter[str]:
    marked = (line.removeprefix(MARK) for line in product.output.splitlines() if line.startswith(MARK))
    return Counter(marked)


def _report(measured: Measured, options: argparse.Namespace) -> list[str]:
    done, wanted = measured.alone.done + measured.crowd.done, options.sign_ins
    lines = [f"{measured.organizations} organizations, {done} of {wanted} sign-ins after their first ones"]
    if done < wanted:
        lines.append(f"STOPPED after {options.seconds} s")
    if measured.crowd.took and measured.alone.took:
        lines += _times(measured, options.browsers)
    errors = measured.errors
    lines.append(f"errors: {errors.total()}")
    return [*lines, *(f"  {count} × {said}" for said, count in errors.most_common(10))]


def _times(measured: Measured, browsers: int) -> list[str]:
    took, alone = measured.crowd.took, median(measured.alone.took)
    slow = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    calls, pace = measured.calls, len(measured.alone.took) / measured.alone.seconds
    each = ", ".join(f"{count / measured.crowd.done:.2f} {name}" for name, count in calls.most_common())
    return [
        f"one browser: median {alone * 1000:.0f} ms, {pace:.1f} sign-ins/s",
        f"{browsers} browsers: {len(took) / measured.crowd.seconds:.1f} sign-ins/s",
        f"  p50 {median(took) / alone:.1f} × and p95 {slow / alone:.1f} × one browser's median",
        f"  {calls.total() / measured.crowd.done:.2f} calls to AWS a sign-in ({each})",
    ]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--organizations", type=_from(1, 1000), default=50, help="each with a connection of its own")
    parser.add_argument("--browsers", type=_from(1, 64), default=8, help="at once")
    parser.add_argument("--sign-ins", type=_from(2, 100_000), default=200, help="after every organization's first one")
    parser.add_argument("--seconds", type=_from(1, 3600), default=120, help="nothing new begins later than that")
    parser.add_argument("--scenario", choices=SCENARIOS, default="correct", help="how the identity provider answers")
    return parser.parse_args(arguments)


def _from(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= (value := int(text)) <= most:
            raise argparse.ArgumentTypeError(f"a number from {least} to {most}")
        return value

    return number


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(main())

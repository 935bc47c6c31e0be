"""Runs every contender once per round, so that load affects all equally and none benefits from warm caches alone."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Run = Callable[[], float]
"""One verification; returns its CPU seconds."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of CPU of each contender, one per round, in the same order for all."""

    seconds: Mapping[str, tuple[float, ...]]

    def middle(self, name: str) -> float:
        """The median, in seconds."""
        return median(self.seconds[name])

    def ratio(self, name: str, to: str) -> float:
        """The cost relative to `to`: the median over all rounds of the ratio within a round."""
        return median(one / other for one, other in zip(self.seconds[name], self.seconds[to], strict=True))


def time_work(work: Callable[[], None]) -> Run:
    """Measured in this process."""

    def run() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return run


def measure(contenders: Mapping[str, Run], rounds: int, *, uncounted: int = 3) -> Times:
    """Runs the rounds, each in a different order, after some uncounted ones."""
    order = list(contenders)
    seconds: dict[str, list[float]] = {name: [] for name in order}
    for number in range(rounds + uncounted):
        random.shuffle(order)
        for name in order:
            spent = contenders[name]()
            if number >= uncounted:
                seconds[name].append(spent)
    return Times({name: tuple(found) for name, found in seconds.items()})

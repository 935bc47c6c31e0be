"""How a deployment shows on a terminal and in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """One line a step on a terminal, with what it says below while it runs; plain lines everywhere else.

    Args:
        out: where to.
        steps: how many there will be.
    """

    def __init__(self, out: TextIO, steps: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._steps = steps
        self._clock = clock
        self._terminal = out.isatty()
        self._number = 0

    @contextmanager
    def step(self, name: str, description: str) -> Iterator[None]:
        """Around a step."""
        self._number += 1
        start = self._clock()
        title = f"[{self._number}/{self._steps}] {name}"
        self._line(f"\033[1m{title}\033[0m  {description}" if self._terminal else f"{title}: {description}")
        try:
            yield
        except BaseException:
            self._line(self._color("31", f"{title} failed after {self._clock() - start:.1f} s"))
            raise
        self._line(self._color("32", f"{title} done in {self._clock() - start:.1f} s"))

    def say(self, text: str) -> None:
        """Prints a line of a step's output."""
        for line in text.splitlines():
            self._line(f"    {line}".rstrip())

    def warn(self, text: str) -> None:
        """Prints a warning."""
        self._line(self._color("33", f"    Warning: {text}"))

    def _color(self, color: str, text: str) -> str:
        return f"\033[{color}m{text}\033[0m" if self._terminal else text

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)

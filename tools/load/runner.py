"""Runs an action concurrently, a fixed number of times or until a deadline."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException

from tools.load.http_client import UnexpectedReply


@dataclass(slots=True)
class LoadResult:
    """The result of a run.

    Attributes:
        took: seconds of each that succeeded.
        errors: how often, by what went wrong.
        seconds: from the first's begin to the last's end.
    """

    took: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """The total number, including failures."""
        return len(self.took) + self.errors.total()


def crowd(act: Callable[[int], None], numbers: Iterable[int], members: int, deadline: float) -> LoadResult:
    """Calls `act` once with each number, in `members` threads; starts none after `deadline` (of `time.monotonic`)."""
    outcome, waiting, lock = LoadResult(), iter(numbers), threading.Lock()
    ended = threading.Event()

    def member() -> None:
        while not ended.is_set() and time.monotonic() < deadline:
            with lock:
                number = next(waiting, None)
            if number is None:
                return
            _once(act, number, outcome, lock)

    began = time.monotonic()
    with ThreadPoolExecutor(members) as threads:
        try:
            for running in [threads.submit(member) for _ in range(members)]:
                running.result()
        finally:
            ended.set()
    outcome.seconds = time.monotonic() - began
    return outcome


def _once(act: Callable[[int], None], number: int, outcome: LoadResult, lock: threading.Lock) -> None:
    began = time.perf_counter()
    try:
        act(number)
    except (UnexpectedReply, OSError, HTTPException, ValueError, LookupError) as error:
        said = str(error) if isinstance(error, UnexpectedReply) else f"{type(error).__name__}: {error}"
        with lock:
            outcome.errors[said] += 1
        return
    took = time.perf_counter() - began
    with lock:
        outcome.took.append(took)

"""A pytest plugin: every test runs once to see what it touches, then each mutant meets the tests that touch it."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.outcomes import OutcomeException
from _pytest.runner import runtestprotocol

from ops.mutation.equivalent import Equivalents
from ops.mutation.living import Functions, Unchanged, functions_by_module, names_bound, put_in
from ops.mutation.mutant import Mutant

_SECONDS_MORE = 3
_Line = tuple[str, int]


class Verdict(StrEnum):
    """How a mutant ended."""

    KILLED = "killed"
    KILLED_BY_TIME = "killed by time"
    SURVIVED = "survived"
    SAME = "compiles to the same"
    FAILED = "could not be judged"


_BY_CODE = {0: Verdict.SURVIVED, 1: Verdict.KILLED, 3: Verdict.SAME}


@dataclass
class Court:
    """Judges mutants; `verdicts` has the answer for each, as far as there was time.

    Args:
        paths: of all files whose lines are followed, relative to the root.
        seconds: None, or when to stop.
    """

    root: Path
    paths: Sequence[str]
    mutants: Sequence[Mutant]
    jobs: int
    seconds: float | None
    listed: Equivalents
    report: Callable[[str], None]
    verdicts: dict[Mutant, Verdict] = field(default_factory=dict)
    tests: int = 0
    broken: list[str] = field(default_factory=list)
    _functions: Functions = field(default_factory=dict)
    _functions_of: dict[int, str] = field(default_factory=dict)
    _durations: dict[int, float] = field(default_factory=dict)
    _touching: dict[_Line, set[int]] = field(default_factory=lambda: defaultdict(set))
    _killers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the usual loop."""
        started = time.monotonic()
        self._watch(session.items)
        self.report(f"{self.tests} tests pass without a change ({time.monotonic() - started:.0f} s)")
        if not self.broken:
            self._judge_all(session.items)
        return True

    def _watch(self, items: Sequence[pytest.Item]) -> None:
        files = {str(self.root / path): path for path in self.paths}
        for number, item in enumerate(items):
            touched: set[_Line] = set()
            before = time.process_time()
            sys.settrace(_tracer(files, touched))
            passed = _passes(item)
            sys.settrace(None)
            if not passed:
                self.broken.append(item.nodeid)
            self._functions_of[number] = item.nodeid.partition("[")[0]
            self._durations[number] = time.process_time() - before
            for line in touched:
                self._touching[line].add(number)
        self.tests = len(items)

    def _judge_all(self, items: Sequence[pytest.Item]) -> None:
        self._functions = functions_by_module()
        gc.collect()
        gc.freeze()
        end = None if self.seconds is None else time.monotonic() + self.seconds
        waiting = list(reversed(self.mutants))
        running: dict[int, tuple[Mutant, int, list[int]]] = {}
        while waiting or running:
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                chosen = self._chosen(mutant, items)
                process, answer = self._tried(mutant, items, chosen)
                running[process] = (mutant, answer, chosen)
            if running:
                process, status = os.wait()
                self._note(*running.pop(process), status)
            if end is not None and time.monotonic() > end:
                waiting = []

    def _chosen(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[int]:
        """The tests that touch the change, those first that have killed its neighbours or touch what few others do."""
        touching: dict[int, int] = {}
        for line in self._lines(mutant):
            tests = self._touching.get(line, set())
            for test in tests:
                touching[test] = min(touching.get(test, len(tests)), len(tests))
        if self._runs_at_import(mutant):
            names = names_bound(mutant)
            importing = (number for number, item in enumerate(items) if _imports(item, names))
            touching |= {test: 0 for test in importing if test not in touching}
        if not any(path == mutant.path for path, _ in self._touching):  # a file of names alone concerns all
            touching |= dict.fromkeys(range(len(items)), len(items))
        recent = self._killers[mutant.path + mutant.place.function][-8:]
        first = [test for test in dict.fromkeys(reversed(recent)) if test in touching]
        rest = sorted(touching.keys() - set(first), key=lambda test: (touching[test], self._durations[test]))
        return first + self._mixed(rest)

    def _runs_at_import(self, mutant: Mutant) -> bool:
        """Also a function that no test calls, for a constant may be made by it."""
        statement = mutant.place.statement
        lines = range(statement.lineno, (statement.end_lineno or 0) + 1)
        return mutant.place.at_import or not any(self._touching.get((mutant.path, line)) for line in lines)

    def _mixed(self, tests: list[int]) -> list[int]:
        """One of each test function, then a second of each: the cases of one mostly agree."""
        turns: Counter[str] = Counter()
        order: dict[int, int] = {}
        for test in tests:
            order[test] = turns[self._functions_of[test]]
            turns[self._functions_of[test]] += 1
        return sorted(tests, key=order.__getitem__)

    def _lines(self, mutant: Mutant) -> list[_Line]:
        if not self._runs_at_import(mutant):
            statement = mutant.place.statement
            return [(mutant.path, line) for line in range(statement.lineno, (statement.end_lineno or 0) + 1)]
        names = names_bound(mutant)
        own = [(path, line) for path, line in self._touching if path == mutant.path]
        sources = {path: (self.root / path).read_text().splitlines() for path, _ in self._touching}
        using = [key for key in self._touching if any(name in sources[key[0]][key[1] - 1] for name in names)]
        return using + own

    def _tried(self, mutant: Mutant, items: Sequence[pytest.Item], chosen: list[int]) -> tuple[int, int]:
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            return process, reading
        os.close(reading)
        seconds = int(3 * sum(self._durations[test] for test in chosen)) + _SECONDS_MORE
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.alarm(20 * seconds)  # for what waits without end
        _silence()
        try:
            os._exit(self._try(mutant, [items[test] for test in chosen], writing))
        except BaseException as error:  # noqa: BLE001 nothing may leave a fork but its verdict
            os.write(writing, repr(error).encode())
            os._exit(2)

    def _try(self, mutant: Mutant, items: Sequence[pytest.Item], writing: int) -> int:
        try:
            put_in(mutant, self.root, self._functions, at_import=self._runs_at_import(mutant))
        except Unchanged:
            return 3
        except Exception:  # noqa: BLE001 a module that can't even be imported
            os.write(writing, b"0")
            return 1
        for number, item in enumerate(items):
            if not _passes(item):
                os.write(writing, str(number).encode())
                return 1
        return 0

    def _note(self, mutant: Mutant, answer: int, chosen: list[int], status: int) -> None:
        with os.fdopen(answer) as pipe:
            said = pipe.read()
        if os.WIFSIGNALED(status):
            verdict = Verdict.KILLED_BY_TIME
        else:
            verdict = _BY_CODE.get(os.WEXITSTATUS(status), Verdict.FAILED)
        if verdict is Verdict.KILLED:
            self._killers[mutant.path + mutant.place.function].append(chosen[int(said)])
        self._enter(mutant, verdict, said)

    def _enter(self, mutant: Mutant, verdict: Verdict, said: str = "") -> None:
        self.verdicts[mutant] = verdict
        if verdict in {Verdict.SURVIVED, Verdict.FAILED} and mutant not in self.listed:
            self.report(f"{verdict}: {mutant.path}:{mutant.place.statement.lineno} {mutant.name} {said}".rstrip())


def _imports(item: pytest.Item, names: set[str]) -> bool:
    return isinstance(item, pytest.Function) and any(hasattr(item.module, name) for name in names)


def _tracer(files: dict[str, str], touched: set[_Line]) -> Callable[[FrameType, str, Any], Any]:
    def on_call(frame: FrameType, event: str, argument: Any) -> Any:
        path = files.get(frame.f_code.co_filename)
        if path is None:
            return None

        def on_line(inner: FrameType, event: str, argument: Any) -> Any:
            touched.add((path, inner.f_lineno))
            return on_line

        touched.add((path, frame.f_lineno))
        return on_line

    return on_call


def _passes(item: pytest.Item) -> bool:
    """Whether the test passes. One without fixtures is called as it is: pytest would take longer than most tests."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if not isinstance(item, pytest.Function) or set(item.fixturenames) - parameters.keys():
        return all(report.passed for report in runtestprotocol(item, log=False, nextitem=None))
    try:
        item.obj(**parameters)
    except (Exception, OutcomeException):  # noqa: BLE001 whatever a test fails with
        return False
    return True


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)

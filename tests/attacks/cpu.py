"""CPU costs, measured independently of the machine's load and of tracers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def cpu_seconds(act: Callable[[], object]) -> float:
    """Seconds of CPU for one."""
    began = time.process_time()
    act()
    return time.process_time() - began


@contextmanager
def without_tracing() -> Iterator[None]:
    """Without coverage's tracer, which makes every Python line of ours dearer and none of libxml2's."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)

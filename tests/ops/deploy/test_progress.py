"""Progress is readable on a terminal and plain in a log."""

from __future__ import annotations

import io

import pytest

from ops.deploy.progress import Progress


class Terminal(io.StringIO):
    """One."""

    def isatty(self) -> bool:
        """It is."""
        return True


def _shown(out: io.StringIO) -> str:
    times = iter((0.0, 2.5))
    progress = Progress(out, 3, lambda: next(times))
    with progress.step("package", "makes it"):
        progress.say("12 MB\nin one file")
        progress.warn("careful")
    return out.getvalue()


def test_a_log_gets_plain_lines() -> None:
    assert _shown(io.StringIO()).splitlines() == [
        "[1/3] package: makes it",
        "    12 MB",
        "    in one file",
        "    Warning: careful",
        "[1/3] package done in 2.5 s",
    ]


def test_a_terminal_gets_colors() -> None:
    assert "\033[32m[1/3] package done" in _shown(Terminal())


def test_a_step_that_fails_says_so() -> None:
    out = io.StringIO()
    with pytest.raises(OSError, match="away"), Progress(out, 1).step("smoke", "asks"):
        raise OSError("away")
    assert "[1/1] smoke failed after" in out.getvalue()

"""Compiles at home what Lambda would compile at every cold start: its code folder can't be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from ops.package.failure import PackagingError

_RUNTIME_FOLDER: Final = "/var/task"
"""Where Lambda unpacks the code: what tracebacks name."""


def compile_all(folder: Path) -> None:
    """Put bytecode beside every module, which is taken unchecked: nothing in the package changes.

    In a process of its own, one file after the other: what is written depends on what else the process knows.

    Raises:
        PackagingError: a module has a mistake.
    """
    places = ["-s", str(folder), "-p", _RUNTIME_FOLDER]
    command = [sys.executable, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", *places]
    done = subprocess.run([*command, str(folder)], env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True)
    if done.returncode:
        raise PackagingError(f"Something can't be compiled: {done.stdout}{done.stderr}")

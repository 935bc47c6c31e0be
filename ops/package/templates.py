"""Compiles the page templates at build time, so that a cold start does not have to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from ops.package.failure import PackagingError

_SCRIPT: Final = """
from chalicelib.http.templates import COMPILED, PAGES, environment
environment().compile_templates(PAGES / COMPILED, extensions=["html"], zip=None, ignore_errors=False)
"""


def compile_templates(folder: Path) -> None:
    """Put the templates as modules beside the pages of an unpacked package.

    In a process that has the product from this folder; what is written must not depend on what else it knows.

    Raises:
        PackagingError: one has a mistake.
    """
    command = [sys.executable, "-B", "-c", _SCRIPT]
    done = subprocess.run(command, cwd=folder, env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True)
    if done.returncode:
        raise PackagingError(f"A template can't be compiled: {done.stderr.strip()}")

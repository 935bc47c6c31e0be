"""Verifies a built package: every module is imported from its folder alone."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path
from typing import Final

from ops.package.failure import PackagingError

_INSIDE: Final = Path(__file__).with_name("import_check.py")
_MACHINES: Final = {"x86_64": "x86_64", "arm64": "aarch64"}
_SECONDS: Final = 120


def verify_package(folder: Path, architecture: str) -> bool:
    """Import every module of the product and every library that it names; False on another kind of machine.

    Raises:
        PackagingError: something is missing or broken.
    """
    if platform.machine() != _MACHINES[architecture]:
        return False
    # Isolated, without site-packages, and with nothing written into the folder.
    command = [sys.executable, "-I", "-S", "-B", str(_INSIDE), str(folder)]
    environment = {"AWS_DEFAULT_REGION": "eu-west-1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS)
    if done.returncode:
        raise PackagingError(f"The package doesn't work: {done.stderr.strip()}")
    return True

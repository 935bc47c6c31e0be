"""Checks that every package of the environment has a license compatible with Apache-2.0."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Final

_ALLOWED: Final = frozenset(
    {
        "AFL-2.1",  # simplejson's other one beside MIT
        "Apache Software License",
        "Apache-2.0",
        "BSD License",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CNRI-Python",  # what Python 1.6 was under; of the same kind as PSF-2.0
        "MIT",
        "MIT License",
        "MIT No Attribution License (MIT-0)",
        "MIT-0",
        "MPL-2.0",  # file by file: we ship such files unchanged
        "Mozilla Public License 2.0 (MPL 2.0)",
        "PSF-2.0",
    }
)

# Their metadata say nothing, their licence files do. axe-playwright-python brings axe-core along, which is Mozilla's.
_READ_BY_US: Final = {"atheris": "Apache-2.0", "axe-playwright-python": "MIT AND MPL-2.0"}


def foreign_licences(text: str) -> set[str]:
    """Returns the licenses of an SPDX expression or a list that aren't allowed; every alternative must be."""
    return set(re.split(r"; | AND | OR ", text)) - _ALLOWED


def _licence(package: dict[str, str]) -> str:
    stated = package["License"]
    return _READ_BY_US.get(package["Name"], stated) if stated == "UNKNOWN" else stated


def main() -> int:
    """Prints violations and returns the exit status."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json", "--with-system"]
    packages = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    wrong = [package for package in packages if foreign_licences(_licence(package))]
    for package in wrong:
        print(f"{package['Name']} {package['Version']}: {package['License']}", file=sys.stderr)
    print(f"{len(packages)} packages, {len(wrong)} under a licence that isn't allowed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

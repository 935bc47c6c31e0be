"""Prints a version's section of CHANGELOG.md: python -m tools.ci.release_notes v1.2.3"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]


def release_notes(changelog: str, version: str) -> str:
    """The section of this version, without its heading.

    Raises:
        ValueError: there is none, or it is empty.
    """
    found = re.search(rf"^## {re.escape(version)}(?: [^\n]*)?\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        raise ValueError(f"CHANGELOG.md has no section for {version}.")
    return f"{found[1].strip()}\n"


def main(arguments: list[str]) -> int:
    """Print the notes; the exit status is 1 if tag, version and changelog don't agree."""
    version = arguments[0].removeprefix("v")
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]["version"]
    if version != project:
        print(f"The tag is {version}, the version in pyproject.toml {project}.", file=sys.stderr)
        return 1
    try:
        print(release_notes((_ROOT / "CHANGELOG.md").read_text(), version), end="")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

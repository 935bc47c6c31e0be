"""Fails on skipped tests, except those listed here with a reason: python -m tools.ci.skips build/junit.xml"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lxml import etree

ALLOWED: Final[Mapping[str, str]] = {}
"""Test (`tests.package.test_file::test_name`) to the reason why CI may skip it."""


def skipped_tests(report: Path) -> dict[str, str]:
    """Returns every skipped test of a JUnit report with its reason."""
    cases = etree.parse(report).iter("testcase")
    return {
        f"{case.get('classname')}::{(case.get('name') or '').partition('[')[0]}": skip.get("message") or ""
        for case in cases
        for skip in case.iter("skipped")
    }


def main() -> int:
    """Prints skipped tests; the exit status is 1 if one isn't allowed."""
    found = skipped_tests(Path(sys.argv[1]))
    for name, message in sorted(found.items()):
        print(f"{name}: {ALLOWED.get(name) or f'NOT ALLOWED, {message}'}")
    if not found:
        print("No test was skipped.")
    return 0 if found.keys() <= ALLOWED.keys() else 1


if __name__ == "__main__":
    sys.exit(main())

"""Prints the test totals of a run: `python -m tools.ci.tally build/junit.xml`"""

from __future__ import annotations

import sys
from pathlib import Path

from lxml import etree


def tally(report: Path) -> tuple[int, int, int]:
    """Counts passed, failed and skipped tests of a JUnit report."""
    cases = list(etree.parse(report).iter("testcase"))
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - failed - skipped, failed, skipped


def main() -> int:
    """Prints the totals; the exit status is 1 if no test passed or one failed."""
    passed, failed, skipped = tally(Path(sys.argv[1]))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())

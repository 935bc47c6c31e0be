from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.ci import tally

_CASES = {
    "passed": '<testcase classname="tests.a" name="one"/>',
    "failed": '<testcase classname="tests.a" name="two"><failure message="no"/></testcase>',
    "broken": '<testcase classname="tests.a" name="three"><error message="no"/></testcase>',
    "skipped": '<testcase classname="tests.a" name="four"><skipped message="no"/></testcase>',
}


@pytest.mark.parametrize(
    ("cases", "line", "status"),
    [
        (("passed", "skipped"), "1 passed, 0 failed, 1 skipped", 0),
        (("passed", "failed", "broken"), "1 passed, 2 failed, 0 skipped", 1),
        (("skipped",), "0 passed, 0 failed, 1 skipped", 1),
        ((), "0 passed, 0 failed, 0 skipped", 1),
    ],
)
def test_the_closing_line_counts_what_ran_and_none_is_a_failure(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cases: tuple[str, ...],
    line: str,
    status: int,
) -> None:
    report = tmp_path / "junit.xml"
    report.write_text(f"<testsuites><testsuite>{''.join(_CASES[c] for c in cases)}</testsuite></testsuites>")
    monkeypatch.setattr(sys, "argv", ["tally", str(report)])
    assert tally.main() == status
    assert capsys.readouterr().out == f"{line}\n"

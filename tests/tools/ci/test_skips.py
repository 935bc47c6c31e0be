from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.ci import skips

_REPORT = """<testsuites><testsuite>
<testcase classname="tests.a.test_x" name="test_ran"/>
<testcase classname="tests.a.test_x" name="test_left_out[one]"><skipped message="no Java here"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "junit.xml"
    file.write_text(_REPORT)
    monkeypatch.setattr(sys, "argv", ["skips", str(file)])
    return file


@pytest.mark.usefixtures("report")
def test_a_skipped_test_that_is_not_allowed_fails_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert skips.main() == 1
    assert "tests.a.test_x::test_left_out: NOT ALLOWED, no Java here" in capsys.readouterr().out


@pytest.mark.usefixtures("report")
def test_an_allowed_skip_passes_and_its_reason_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(skips, "ALLOWED", {"tests.a.test_x::test_left_out": "needs Java"})
    assert skips.main() == 0
    assert "tests.a.test_x::test_left_out: needs Java" in capsys.readouterr().out


def test_a_report_without_skips_passes(report: Path) -> None:
    report.write_text(_REPORT.replace('<skipped message="no Java here"/>', ""))
    assert skips.main() == 0

from __future__ import annotations

import pytest

from tools.ci.release_notes import main, release_notes

_CHANGELOG = """# Changelog

## Unreleased

- later

## 1.2.0 (2026-11-30)

### Added

- this

## 1.1.0

- before
"""


def test_the_notes_are_the_section_of_the_version_alone() -> None:
    assert release_notes(_CHANGELOG, "1.2.0") == "### Added\n\n- this\n"
    assert release_notes(_CHANGELOG, "1.1.0") == "- before\n"


@pytest.mark.parametrize("version", ["1.2", "2.0.0", "1.1.0.1"])
def test_a_version_without_a_section_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=f"no section for {version}"):
        release_notes(_CHANGELOG, version)


def test_a_tag_of_another_version_than_the_projects_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["v99.0.0"]) == 1
    assert "The tag is 99.0.0" in capsys.readouterr().err

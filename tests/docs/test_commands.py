"""The commands in the documentation work in a clean shell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_environment_is_entered_before_its_python_is_called(page: Path) -> None:
    text = page.read_text()
    if called := re.search(r"^ {4}.*\bpython -m ops", text, re.MULTILINE):
        assert ". .venv/bin/activate" in text[: called.start()]


@pytest.mark.parametrize("target", ["deploy", "undeploy", "provision"])
def test_a_command_on_a_stage_asks_for_its_name(target: str) -> None:
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    assert "$(NAMED_STAGE)" in recipe[1] or "$(DEPLOY)" in recipe[1]

"""docs/deploy.md: its steps, commands and options are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ops.deploy.__main__ import main
from ops.deploy.steps import DEPLOY

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "deploy.md").read_text()


def test_it_names_every_step_in_its_order() -> None:
    assert re.findall(r"^\| (\w+) \|", TEXT, re.MULTILINE)[1:] == [step.name for step in DEPLOY]


def test_its_commands_and_options_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    known = capsys.readouterr().out
    makefile = (ROOT / "Makefile").read_text()
    for option in re.findall(r'ARGS="?(--[a-z-]+)', TEXT):
        assert option in known
    for target, variables in re.findall(r"make (\w+) STAGE=\S+((?: [A-Z_]+=\S+)*)", TEXT):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        for variable in re.findall(r"([A-Z_]+)=", variables):
            assert f"$({variable})" in makefile


@pytest.mark.parametrize("path", re.findall(r"`((?:infrastructure|\.github)/[\w/.-]+)`", TEXT))
def test_a_file_that_it_names_is_there(path: str) -> None:
    assert (ROOT / path).is_file()

"""docs/deploy.md: its steps, commands and options are there."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from chalicelib.settings import Settings, settings_from
from ops.deploy.__main__ import main
from ops.deploy.steps import DEPLOY

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "deploy.md").read_text()


def test_it_names_every_step_in_its_order() -> None:
    table = TEXT.partition("| step | what it does |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\w+) \|", table, re.MULTILINE) == [step.name for step in DEPLOY]


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


_VALUES = {
    "base_url": "https://sso.example.com",
    "stage": "prod",
    "product_name": "Example",
    "support_contact": "help@example.com",
    "accent_color": "#336699",
    "logo": "data:image/svg+xml;base64,PHN2Zy8+",
    "response_bytes": "1000",
    "password_tries": "3",
    "refusals_per_minute": "7",
}


def test_every_setting_is_there_with_its_default_and_is_read() -> None:
    rows = dict(re.findall(r"^\| `GATEHOUSE_(\w+)` \| (.+?) \|", TEXT, re.MULTILINE))
    settings = [field for field in fields(Settings) if field.name != "local"]
    assert rows.keys() == {field.name.upper() for field in settings}
    assert _VALUES.keys() == {field.name for field in settings}
    for field in settings:
        if field.default not in (MISSING, None):
            assert rows[field.name.upper()] == f"`{field.default}`"
    read = settings_from({f"GATEHOUSE_{name.upper()}": value for name, value in _VALUES.items()})
    unset = settings_from({"GATEHOUSE_BASE_URL": "https://other.example.com"})
    assert [f.name for f in settings if getattr(read, f.name) == getattr(unset, f.name)] == []

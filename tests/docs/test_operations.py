"""The operator's page says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.signing_keys.rotation import SCHEDULES, KeyPurpose
from ops.cli.parser import operator_parser
from ops.provision.functions import FUNCTIONS
from ops.provision.template import load
from tests.support.cloudformation import Resolved

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text()


def _table(heading: str) -> list[list[str]]:
    """The cells of the first table below this heading, without its head."""
    below = PAGE.split(f"\n{heading}\n", 1)[1]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert rows
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[0].splitlines()[2:]]


def test_the_table_of_alarms_names_all_of_them_in_their_order() -> None:
    alarms = Resolved("prod").of_type("AWS::CloudWatch::Alarm").values()
    wanted = [f"`{alarm['AlarmName'].removeprefix('gatehouse-prod-')}`" for alarm in alarms]
    assert [row[0] for row in _table("## Alarms")] == wanted


def test_the_table_of_permissions_names_every_function() -> None:
    assert [row[0] for row in _table("## Permissions")] == [f"`{each.handler}`" for each in FUNCTIONS]


def test_the_table_of_keys_has_the_paces_of_the_code() -> None:
    def span(text: str) -> tuple[int, int]:
        number, unit = text.split()
        return (int(number), 0) if unit.startswith("day") else (0, int(number) * 3600)

    rows = _table("## Our own keys")
    assert [row[0].split()[0] for row in rows] == [purpose.value for purpose in KeyPurpose]
    for row, pace in zip(rows, SCHEDULES.values(), strict=True):
        assert [span(cell) for cell in row[2:]] == [(each.days, each.seconds) for each in (pace.known, pace.overlap)]
        assert ("automatically" in row[1]) == (pace.rest is not None)
        assert pace.rest is None or f"every {pace.rest.days} days" in row[1]


def test_the_days_that_logs_are_kept_are_those_of_the_template() -> None:
    assert f"| {load()['Parameters']['LogRetentionDays']['Default']} days |" in PAGE


@pytest.mark.parametrize("command", sorted(set(re.findall(r"python -m ops (key [^#\n]+)", PAGE))))
def test_each_command_exists(command: str) -> None:
    assert operator_parser().parse_args(command.split()).run


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:ops|infrastructure)/[\w./-]+)`", PAGE))))
def test_each_file_exists(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake (\w+)", PAGE))))
def test_each_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)

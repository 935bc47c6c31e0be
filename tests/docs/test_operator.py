"""docs/operator.md knows every command, and no other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from ops.cli.migrate.migrate import READERS
from ops.cli.parser import every_command, operator_parser

TEXT = (Path(__file__).parents[2] / "docs" / "operator.md").read_text()
COMMANDS = every_command()
EXAMPLES = [line for line in re.findall(r"^    python -m ops (.*)$", TEXT, re.MULTILINE) if "…" not in line]


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_stands_in_the_docs_with_an_example(path: str) -> None:
    assert any(f"{example} ".startswith(f"{path} ") for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_typed_as_it_stands(example: str) -> None:
    options = operator_parser().parse_args(shlex.split(example))
    assert options.run in {command.run for command in COMMANDS.values()}


@pytest.mark.parametrize("system", READERS)
def test_a_system_to_come_from_stands_in_the_docs(system: str) -> None:
    assert f"| `{system}` |" in TEXT

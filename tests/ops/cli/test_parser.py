from __future__ import annotations

import shlex

import pytest

from ops.cli.parser import every_command, operator_parser, parse

COMMANDS = every_command()


@pytest.mark.parametrize("path", ["", *COMMANDS, *sorted({path.split()[0] for path in COMMANDS})])
def test_help_is_there_for_everything(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        operator_parser().parse_args([*path.split(), "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert f"usage: python -m ops {path}".rstrip() in said
    if path in COMMANDS:
        assert f"python -m ops {COMMANDS[path].example}" in said


@pytest.mark.parametrize("path", COMMANDS)
def test_the_example_of_a_command_is_one_of_it(path: str) -> None:
    run, options = parse([*shlex.split(COMMANDS[path].example), "--json"])
    assert run is COMMANDS[path].run
    assert options.json is True


@pytest.mark.parametrize("path", COMMANDS)
def test_help_lines_read_like_one_hand_wrote_them(path: str) -> None:
    line = COMMANDS[path].help
    assert line[0].islower()
    assert not line.endswith(".")


def test_json_may_stand_before_or_behind() -> None:
    assert parse(["--json", "key", "list"])[1].json is True
    assert parse(["key", "list"])[1].json is False

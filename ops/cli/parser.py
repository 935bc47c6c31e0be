"""The command line, made from the things."""

from __future__ import annotations

import argparse
from typing import Final, cast

from ops.cli.command import Command, CommandGroup, Options, Run
from ops.cli.command_groups import COMMAND_GROUPS

_ABOUT: Final = """Gatehouse's command line: customers, connections, keys, health, export and import.

Uses the AWS credentials and region of the environment, and the deployment that GATEHOUSE_BASE_URL and GATEHOUSE_STAGE
select. docs/operator.md describes every command."""

_Parsers = argparse._SubParsersAction  # noqa: SLF001  argparse has no public name for it


def parse(arguments: list[str] | None) -> tuple[Run, Options]:
    """Parses the command line. Exits with status 2 if it is invalid."""
    options = operator_parser().parse_args(arguments)
    return cast("Run", options.run), options


def operator_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="python -m ops", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    things = parser.add_subparsers(required=True, metavar="GROUP")
    for thing in COMMAND_GROUPS:
        if isinstance(thing, Command):
            _add(things, thing, thing.name)
            continue
        about = things.add_parser(thing.name, help=thing.help, description=f"{thing.help}.")
        commands = about.add_subparsers(required=True, metavar="COMMAND")
        for command in thing.commands:
            _add(commands, command, f"{thing.name} {command.name}")
    return parser


def every_command() -> dict[str, Command]:
    """All commands by the words to type after `python -m ops`."""
    found: dict[str, Command] = {}
    for thing in COMMAND_GROUPS:
        if isinstance(thing, CommandGroup):
            found |= {f"{thing.name} {command.name}": command for command in thing.commands}
        else:
            found[thing.name] = thing
    return found


def _add(parsers: _Parsers[argparse.ArgumentParser], command: Command, path: str) -> None:
    parser = parsers.add_parser(
        command.name,
        help=command.help,
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog=f"example:\n  python -m ops {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        prog=f"python -m ops {path}",
    )
    for argument in command.arguments:
        parser.add_argument(*argument.names, **argument.options)
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
    parser.set_defaults(run=command.run)

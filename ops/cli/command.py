"""Declarations of commands. Each command group declares its commands as values; the parser is built from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.container import Container
from ops.cli.output import Answer

Options = argparse.Namespace
Run = Callable[[Options, Container], Answer]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, as `argparse` takes it."""

    names: tuple[str, ...]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done.

    Attributes:
        help: one line, for lists of commands.
        example: what to type after `python -m ops`; shown below the help, and tried by the tests.
        run: raises SsoError or ValueError with a sentence for the operator.
    """

    name: str
    help: str
    example: str
    run: Run
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Something with which several things can be done."""

    name: str
    help: str
    commands: tuple[Command, ...]


def argument(*names: str, **options: Any) -> Argument:
    """One argument of a command, as `ArgumentParser.add_argument` takes it."""
    return Argument(names, options)

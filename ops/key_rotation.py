"""The operator's commands for our own keys: what comes next, take that step, make stolen keys worthless."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from chalicelib.container import Container
from chalicelib.domain.key_rotation import Due, Purpose, Step
from chalicelib.services.key_rotation import steps_of

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 argparse has no other name for it

_MEANS: Final = {
    Step.PREPARE: "a new key is made; metadata has it in a quarter of an hour",
    Step.PROMOTE: "the new key is used from now on, the old one still counts",
    Step.RETIRE: "the old key is gone",
}


def key_status(options: argparse.Namespace, container: Container) -> Mapping[str, str]:
    """The next step of each set of keys."""
    keys, _ = container.keys.current()
    return {purpose.value: _told(due) for purpose, due in steps_of(keys).items()}


def key_rotate(options: argparse.Namespace, container: Container) -> Mapping[str, str]:
    """Take one step, or skip all of them because the keys were stolen."""
    purpose, now = Purpose(options.purpose), container.clock()
    if options.leaked:
        container.key_rotation.replace_leaked(purpose, now)
        done = "replaced: the old key is worth nothing from now on, in every process within five minutes"
    else:
        step = container.key_rotation.step(purpose, now)
        done = f"{step}: {_MEANS[step]}"
    return {"done": done, "next": key_status(options, container)[purpose.value]}


def add_commands(key: Commands) -> None:
    """Put the commands below `python -m ops key`."""
    status = key.add_parser("status", help="our own keys: which step of a rotation comes next, and when")
    status.set_defaults(command=key_status)
    rotate = key.add_parser("rotate", help="our own keys: take the next step; docs/operations.md has the whole way")
    rotate.add_argument("purpose", choices=[purpose.value for purpose in Purpose])
    rotate.add_argument(
        "--leaked", action="store_true", help="somebody has them: a new one at once, though sign-ins under way break"
    )
    rotate.set_defaults(command=key_rotate)


def _told(due: Due) -> str:
    if due.at is None:
        return f"{due.step}, when you say so"
    who = "by the clock" if due.step is Step.PREPARE else "by you or the clock, not before"
    return f"{due.step}, {who} {due.at:%Y-%m-%d %H:%M} UTC"

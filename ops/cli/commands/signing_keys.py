"""The operator's commands for our own keys: what comes next, take that step, make stolen keys worthless."""

from __future__ import annotations

from typing import Final

from chalicelib.container import Container
from chalicelib.signing_keys.rotation import KeyPurpose, NextStep, RotationStep
from chalicelib.signing_keys.service import steps_of
from ops.cli.command import Command, Options, argument
from ops.cli.output import Record

_MEANS: Final = {
    RotationStep.PREPARE: "a new key is made; metadata has it in a quarter of an hour",
    RotationStep.PROMOTE: "the new key is used from now on, the old one still counts",
    RotationStep.RETIRE: "the old key is gone",
}


def status(_: Options, container: Container) -> Record:
    """The next step of each set of keys."""
    keys = container.keys.current()[0]
    return Record({purpose.value: _format_step(due) for purpose, due in steps_of(keys).items()})


def rotate(options: Options, container: Container) -> Record:
    """Take one step, or skip all of them because the keys were stolen."""
    purpose, now = KeyPurpose(options.purpose), container.clock()
    if options.leaked:
        container.key_rotation.replace_compromised(purpose, now)
        done = "replaced: the old key is worth nothing from now on, in every process within five minutes"
    else:
        step = container.key_rotation.step(purpose, now)
        done = f"{step}: {_MEANS[step]}"
    return Record({"done": done, "next": status(options, container).values[purpose.value]})


def _format_step(due: NextStep) -> str:
    if due.at is None:
        return f"{due.step}, when you say so"
    who = "by the clock" if due.step is RotationStep.PREPARE else "by you or the clock, not before"
    return f"{due.step}, {who} {due.at:%Y-%m-%d %H:%M} UTC"


SIGNING_KEYS: Final = (
    Command("status", "signing keys: print the next rotation step, and when it is due", "key status", status),
    Command(
        "rotate",
        "signing keys: take the next rotation step, see docs/operations.md",
        "key rotate signing",
        rotate,
        (
            argument("purpose", choices=[purpose.value for purpose in KeyPurpose]),
            argument(
                "--leaked",
                action="store_true",
                help="replace a compromised key at once; sign-ins in progress fail",
            ),
        ),
    ),
)
"""The commands below `key`."""

"""A sentence as data: the code of a catalog text and the parameters that fill it.

It becomes text only where it is shown, in the reader's language. Nothing looks a text up by its English wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_PARAMETER_LENGTH: Final = 1_000  # characters; parameters may hold what a stranger sent


@dataclass(frozen=True, slots=True)
class Message:
    """A catalog text with its parameters.

    Attributes:
        code: `area.key`, for example `check.signature.one_reference`; a text of `pages/words/en/{area}.json`.
        parameters: the placeholders' names and values. A string longer than `MAX_PARAMETER_LENGTH` is cut.
    """

    code: str
    parameters: tuple[tuple[str, Parameter], ...] = ()


Parameter = str | int | Message
"""What a placeholder is filled with; a nested message is rendered in the same language."""


def message(code: str, **parameters: Parameter) -> Message:
    """Makes a message; long parameters are cut, so that stored input stays bounded."""
    return Message(code, tuple((name, _bounded(value)) for name, value in parameters.items()))


def message_to_item(value: Message) -> dict[str, Any]:
    """The form in which items and audit events keep a message."""
    parameters = {
        name: message_to_item(parameter) if isinstance(parameter, Message) else parameter
        for name, parameter in value.parameters
    }
    return {"code": value.code, "parameters": parameters}


def message_from_item(item: Mapping[str, Any]) -> Message:
    """Reads what `message_to_item` wrote."""
    return Message(
        item["code"],
        tuple((name, _parameter_from_item(value)) for name, value in item["parameters"].items()),
    )


def _parameter_from_item(value: Any) -> Parameter:
    if isinstance(value, Mapping):
        return message_from_item(value)
    return value if isinstance(value, str) else int(value)


def _bounded(value: Parameter) -> Parameter:
    if not isinstance(value, str) or len(value) <= MAX_PARAMETER_LENGTH:
        return value
    return f"{value[: MAX_PARAMETER_LENGTH - 1]}…"

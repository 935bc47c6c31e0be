"""A localizable message: the code of a catalog text and its parameters.

It is rendered only for display, in the user's language. No code depends on a text's English wording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_PARAMETER_LENGTH: Final = 1_000  # characters; parameters may hold untrusted input


@dataclass(frozen=True, slots=True)
class Message:
    """A catalog text with its parameters.

    Attributes:
        code: `area.key`, for example `check.signature.one_reference`; a text of `i18n/locales/en/{area}.json`.
        parameters: the placeholders' names and values. A string longer than `MAX_PARAMETER_LENGTH` is cut.
    """

    code: str
    parameters: tuple[tuple[str, Parameter], ...] = ()


Parameter = str | int | Message
"""The value of a placeholder; a nested message is rendered in the same language."""


def message(code: str, **parameters: Parameter) -> Message:
    """Creates a message. Long parameters are truncated, so that stored input stays bounded."""
    for name, value in parameters.items():
        if length_of(value) > MAX_PARAMETER_LENGTH:
            parameters[name] = _shorten_parameter(value, MAX_PARAMETER_LENGTH)
    return Message(code, tuple(parameters.items()))


def shorten(value: Message, most: int) -> Message:
    """Truncates the parameters of a message to `most` characters in total, ending a truncated text in "…"."""
    parameters, left = [], most
    for name, parameter in value.parameters:
        kept = _shorten_parameter(parameter, left)
        left -= length_of(kept)
        parameters.append((name, kept))
    return Message(value.code, tuple(parameters))


def shorten_text(text: str, most: int) -> str:
    """Truncates a text to `most` characters, ending it in "…"."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1]}…" if most > 0 else ""


def map_texts(value: Message, change: Callable[[str], str]) -> Message:
    """Returns the message with `change` applied to every text parameter."""
    return Message(value.code, tuple((name, _map_parameter(parameter, change)) for name, parameter in value.parameters))


def message_to_item(value: Message) -> dict[str, Any]:
    """Converts a message to the form stored in items and audit events."""
    parameters = {
        name: message_to_item(parameter) if isinstance(parameter, Message) else parameter
        for name, parameter in value.parameters
    }
    return {"code": value.code, "parameters": parameters}


def message_from_item(item: Mapping[str, Any]) -> Message:
    """Parses the stored form; the inverse of `message_to_item`."""
    return Message(
        item["code"],
        tuple((name, _parameter_from_item(value)) for name, value in item["parameters"].items()),
    )


def _parameter_from_item(value: Any) -> Parameter:
    if isinstance(value, Mapping):
        return message_from_item(value)
    return value if isinstance(value, str) else int(value)


def _shorten_parameter(value: Parameter, most: int) -> Parameter:
    if isinstance(value, Message):
        return shorten(value, most)
    return shorten_text(value, most) if isinstance(value, str) else value


def _map_parameter(value: Parameter, change: Callable[[str], str]) -> Parameter:
    if isinstance(value, Message):
        return map_texts(value, change)
    return change(value) if isinstance(value, str) else value


def length_of(value: Parameter) -> int:
    """Returns the total length of the texts in a value."""
    if isinstance(value, str):
        return len(value)
    return sum([length_of(parameter) for _, parameter in value.parameters]) if isinstance(value, Message) else 0

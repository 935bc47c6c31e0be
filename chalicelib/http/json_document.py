"""Bounds the size of a JSON body before a model validates it."""

from __future__ import annotations

import json
from typing import Final

from chalicelib.errors import Unreadable, invalid_field
from chalicelib.i18n.message import message

MAX_VALUES: Final = 1_000
"""Members and items of a whole body; the largest legitimate body has a third of that."""


class _RepeatedNameError(ValueError):
    """A name occurs twice in one object, which parsers handle differently (RFC 8259 section 4)."""


def require_bounded_json(raw: bytes) -> None:
    """Verifies that the body is one JSON document with at most `MAX_VALUES` values and no duplicate names in an object.

    Raises:
        Unreadable: it is not one JSON document in UTF-8 (RFC 8259).
        Invalid: it holds too many values.
    """
    try:
        document = json.loads(
            raw.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=str, parse_float=str
        )
    except (ValueError, RecursionError) as error:
        raise malformed_json() from error
    _require_few_values(document)


def malformed_json() -> Unreadable:
    """The body isn't JSON."""
    return Unreadable("malformed_json")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedNameError
    return found


def _refuse_constant(name: str) -> object:
    """Refuses NaN and Infinity, which pydantic accepts and RFC 8259 section 6 doesn't."""
    raise ValueError(name)


def _require_few_values(document: object) -> None:
    count, waiting = 0, [document]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        count += len(value)
        if count > MAX_VALUES:
            detail = message("problem.field.too_many_values", most=MAX_VALUES)
            raise invalid_field("", "too_many_values", detail)
        waiting += value.values() if isinstance(value, dict) else value

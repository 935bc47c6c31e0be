"""Values of the domain as JSON documents, by the types of their fields: nothing is lost, and nothing else is taken."""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def document_of(value: Any) -> Any:
    """A plain JSON value."""
    if is_dataclass(value):
        return {field.name: document_of(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [document_of(part) for part in value]
    return value


def value_in(kind: type[T], document: object, where: str = "") -> T:
    """The reverse of `document_of`. A field that is missing has its default.

    Args:
        where: for the sentence, if there is a fault.

    Raises:
        ValueError: a field is unknown, missing without a default, or of another type.
    """
    if not isinstance(document, dict):
        raise ValueError(f"{where or kind.__name__} is no object.")  # noqa: TRY004  a file's fault
    hints = _hints(cast("Any", kind))
    if unknown := sorted(document.keys() - hints.keys()):
        raise ValueError(f"{where or kind.__name__} has fields that this version does not know: {', '.join(unknown)}.")
    values = {name: _parse(hints[name], part, f"{where}.{name}".lstrip(".")) for name, part in document.items()}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name not in values and _is_required(field):
            raise ValueError(f"{where or kind.__name__} lacks {field.name}.")
    return kind(**values)


def _parse(hint: Any, part: Any, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (only,) = (one for one in inner if one is not type(None))
        return None if part is None else _parse(only, part, where)
    if origin is tuple:
        if not isinstance(part, list):
            raise ValueError(f"{where} is no list.")
        return tuple(_parse(inner[0], one, f"{where}.{number}") for number, one in enumerate(part))
    if is_dataclass(hint):
        return value_in(cast("type[Any]", hint), part, where)
    if hint in (bool, int, str):
        if type(part) is not hint:
            raise ValueError(f"{where} is no {hint.__name__}.")
        return part
    return _parse_text(hint, part, where)


def _parse_text(hint: Any, part: Any, where: str) -> Any:
    if not isinstance(part, str):
        raise ValueError(f"{where} is no text.")  # noqa: TRY004  a file's fault
    try:
        return hint.fromisoformat(part) if hint in (datetime, date) else hint(part)
    except ValueError:
        raise ValueError(f"{where} is no {hint.__name__}.") from None


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)

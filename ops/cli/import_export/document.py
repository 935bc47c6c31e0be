"""Model values as JSON documents."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


def document_of(value: object) -> Any:
    """Returns a plain JSON value."""
    return _adapter(cast("Any", type(value))).dump_python(value, mode="json")


def value_in(kind: type[T], document: object) -> T:
    """Reverses `document_of`. A missing field gets its default.

    Raises:
        ValueError: a field is unknown, missing without a default, or of another type.
    """
    try:
        found = _adapter(cast("Any", kind)).validate_json(json.dumps(document), strict=True, extra="forbid")
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or kind.__name__
        raise ValueError(f"{place}: {fault['msg']}.") from error
    return cast("T", found)


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)

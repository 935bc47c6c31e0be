"""Output of commands, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

Values = Mapping[str, Any]
"""Plain values: str, numbers, bool, None, instants, dates, enums, and lists or mappings of them."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing.

    Attributes:
        is_failure: whether the exit status is 1 although there is an answer.
    """

    values: Values
    is_failure: bool = False

    def document(self) -> dict[str, Any]:
        """One JSON object."""
        return _plain(self.values)  # type: ignore[no-any-return]

    def text(self) -> str:
        """A line a value; lists of mappings as tables below."""
        tables = {name: value for name, value in self.values.items() if _is_table(value)}
        width = max((len(name) for name in self.values if name not in tables), default=0)
        lines = [f"{n + ':':<{width + 1}} {cell(v)}".rstrip() for n, v in self.values.items() if n not in tables]
        for name, rows in tables.items():
            lines += ["", f"{name}:", _align(tuple(rows[0]), rows)]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things of one kind.

    Attributes:
        columns: what people see of each; programs get everything.
        more: stands beside the list: where to go on, how many were left out.
        notes: what people read below the table, a line each: it would be too wide in it.
        empty: what people read where there is nothing.
        is_failure: see `Record`.
    """

    columns: tuple[str, ...]
    rows: Sequence[Values]
    more: Values = field(default_factory=dict)
    notes: Sequence[str] = ()
    empty: str = "none"
    is_failure: bool = False

    def document(self) -> dict[str, Any]:
        """A list object, as the API has them."""
        return {"object": "list", "data": [_plain(row) for row in self.rows], **_plain(self.more)}

    def text(self) -> str:
        """A table."""
        table = _align(self.columns, self.rows) if self.rows else self.empty
        notes = ["", *map(cell, self.notes)] if self.notes else []
        more = ["", *(f"{name}: {cell(value)}" for name, value in self.more.items())] if self.more else []
        return "\n".join([table, *notes, *more])


Answer = Record | Listing


def format_output(answer: Answer, *, as_json: bool) -> str:
    """The whole answer."""
    return json.dumps(answer.document(), ensure_ascii=False) if as_json else answer.text()


def cell(value: Any) -> str:
    """A value in few words. Nothing in it can move a terminal's cursor or begin a new line."""
    plain = _plain(value)
    if plain is None:
        return "-"
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, list):
        return ", ".join(map(cell, plain)) or "-"
    if isinstance(plain, dict):
        return " ".join(f"{name}={cell(part)}" for name, part in plain.items()) or "-"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(plain))


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return value


def _is_table(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _align(columns: tuple[str, ...], rows: Sequence[Values]) -> str:
    cells = [columns, *(tuple(cell(row.get(name)) for name in columns) for row in rows)]
    widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
    return "\n".join(
        "  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )

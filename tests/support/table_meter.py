"""Counts what the table is asked for, in DynamoDB's units."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.aws.dynamodb import Lookup, Table
from chalicelib.aws.item import Key, decode
from chalicelib.aws.transaction import Write


class Meter:
    """The table's consumed read and write units, by kind of partition."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        self.written: list[int] = []
        read_all, write = Table.read_all, Table.write

        def read(table: Table, lookups: Sequence[Lookup[Any]]) -> tuple[Any, ...]:
            self.reads.update(key.pk.partition("#")[0] for key in {lookup.key for lookup in lookups})
            return read_all(table, lookups)

        def note(table: Table, *writes: Write) -> None:
            write(table, *writes)
            for each in writes:
                key = decode(each.arguments.get("Item") or each.arguments["Key"])
                (item,) = read_all(table, [Lookup(Key(key["pk"], key["sk"]), lambda found: found)])
                self.written.append(2 * max(1, math.ceil(_item_size(item or {}) / 1024)))
                self.units[key["pk"].partition("#")[0]] += self.written[-1]

        monkeypatch.setattr(Table, "read_all", read)
        monkeypatch.setattr(Table, "write", note)

    def measure(self, step: Callable[[], object], kind: str | None = None) -> tuple[int, int]:
        """Read units and write units of a step, of one kind of partition where it is named."""
        before = self._so_far(kind)
        step()
        after = self._so_far(kind)
        return after[0] - before[0], after[1] - before[1]

    def _so_far(self, kind: str | None) -> tuple[int, int]:
        return (self.reads.total(), self.units.total()) if kind is None else (self.reads[kind], self.units[kind])


def _item_size(item: dict[str, Any]) -> int:
    return sum(len(name.encode()) + _size(each) for name, each in item.items())


def _size(value: object) -> int:
    """Bytes, as DynamoDB counts an item's attributes (developer guide, "DynamoDB item sizes and formats")."""
    if isinstance(value, dict):
        return 3 + sum(len(name.encode()) + 1 + _size(each) for name, each in value.items())
    if isinstance(value, list):
        return 3 + sum(1 + _size(each) for each in value)
    if isinstance(value, str):
        return len(value.encode())
    return (len(str(value)) + 1) // 2 + 1 if isinstance(value, int | Decimal) and not isinstance(value, bool) else 1

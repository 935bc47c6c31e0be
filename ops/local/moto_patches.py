"""Faster replacements for moto's slowest functions, with equal results and independent of the stored data."""

from __future__ import annotations

import copy
import threading
from collections import defaultdict
from contextlib import ExitStack
from typing import Any, Final
from unittest import mock

from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

_FINAL: Final = frozenset({"BOOL", "N", "NS", "NULL", "S", "SS"})
_serialized_by_moto: Final = ResponseSerializer._serialize_type_structure  # noqa: SLF001
_written_by_moto: Final = DynamoDBBackend.transact_write_items
_queried_by_moto: Final = Table.query
_all_items_by_moto: Final = Table.all_items
_current: Final = threading.local()
_INDEX_NAME: Final = 6
"""The position of the index's name in the arguments of moto's `Table.query`, after the hash key."""


def patch_reads() -> ExitStack:
    """Patches, while open, responses with items and queries.

    moto searches for each of an attribute's ten possible types under several names, which is more than half of the
    cost of a read. The attributes of an item are in their final form already; others, as bytes, take moto's path.
    A query sorts the whole table before it selects a partition; here it reads the partition only.
    """
    patches = ExitStack()
    patches.enter_context(mock.patch.object(ResponseSerializer, "_serialize_type_structure", _serialize))
    patches.enter_context(mock.patch.object(Table, "query", _query))
    patches.enter_context(mock.patch.object(Table, "all_items", _all_items))
    return patches


def patch_moto() -> ExitStack:
    """Patches reads, and transactions: the backup for a rollback is one copy of the items that the transaction updates.

    moto copies the whole table once for each write of a transaction.
    """
    patches = patch_reads()
    patches.enter_context(mock.patch.object(DynamoDBBackend, "transact_write_items", _write))
    patches.enter_context(mock.patch.object(Table, "__deepcopy__", _copy, create=True))
    return patches


def _serialize(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name == "AttributeValue" and _is_final(value):
        serializer._default_serialize(serialized, value, shape, key)  # noqa: SLF001
    else:
        _serialized_by_moto(serializer, serialized, value, shape, key)


def _is_final(value: Any) -> bool:
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    if kind == "M":
        return type(content) is dict and all(map(_is_final, content.values()))
    if kind == "L":
        return type(content) is list and all(map(_is_final, content))
    return kind in _FINAL


def _query(table: Table, hash_key: DynamoType | None, *arguments: Any, **named: Any) -> Any:
    *_, index_name = arguments[: _INDEX_NAME + 1]
    _current.partition = hash_key if index_name is None else None
    try:
        return _queried_by_moto(table, hash_key, *arguments, **named)
    finally:
        _current.partition = None


def _all_items(table: Table) -> list[Item]:
    partition = getattr(_current, "partition", None)
    if partition is None or not table.range_key_attr:
        return _all_items_by_moto(table)
    items: Any = table.items.get(partition, {})
    return list(items.values())


def _write(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    _current.copies, _current.writes = {}, transact_items
    try:
        _written_by_moto(backend, transact_items)
    finally:
        _current.copies, _current.writes = {}, []


def _copy(table: Table, memo: dict[int, Any]) -> Table:
    copies: dict[int, Table] = getattr(_current, "copies", {})
    if id(table) not in copies:
        made: Any = Table.__new__(Table)
        state = dict(table.__dict__)
        items: dict[Any, Any] = state.pop("items")
        made.__dict__ = copy.deepcopy(state, memo)
        made.items = defaultdict(dict)
        for hash_key, found in items.items():
            made.items[hash_key] = dict(found) if table.range_key_attr else found
        _copy_updated(table, made.items)
        copies[id(table)] = made
    return copies[id(table)]


def _copy_updated(table: Table, backup: dict[Any, Any]) -> None:
    """Replaces, in the backup, the items that the transaction updates in place. Puts and deletions replace items."""
    for write in getattr(_current, "writes", []):
        operation = write.get("Update")
        if operation is None or operation.get("TableName") != table.name:
            continue
        hash_key = DynamoType(operation["Key"][table.hash_key_attr])
        if not table.range_key_attr:
            if hash_key in backup:
                backup[hash_key] = copy.deepcopy(backup[hash_key])
            continue
        range_key = DynamoType(operation["Key"][table.range_key_attr])
        if range_key in backup.get(hash_key, {}):
            backup[hash_key][range_key] = copy.deepcopy(backup[hash_key][range_key])

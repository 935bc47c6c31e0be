"""Faster replacements for moto's slowest functions, with equal results and independent of the stored data."""

from __future__ import annotations

import copy
import threading
from contextlib import ExitStack
from typing import Any, Final
from unittest import mock

from moto.core.serialize import ResponseSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

_FINAL: Final = frozenset({"BOOL", "N", "NS", "NULL", "S", "SS"})
_serialized_by_moto: Final = ResponseSerializer._serialize_type_structure  # noqa: SLF001
_written_by_moto: Final = DynamoDBBackend.transact_write_items
_in_a_transaction: Final = threading.local()


def patch_items() -> Any:
    """A patch: answers with items are made at once.

    moto looks for each of an attribute's ten possible types under several names, more than half of what a read costs;
    the attributes of an item are in their final form already. What is not, as bytes, goes moto's way.
    """
    return mock.patch.object(ResponseSerializer, "_serialize_type_structure", _serialize)


def patch_moto() -> ExitStack:
    """Patches for as long as it is open: that one, and a transaction copies its table once.

    moto copies the whole table once for each of a transaction's writes, and keeps the last copy as its way back.
    """
    patches = ExitStack()
    patches.enter_context(patch_items())
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


def _write(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    _in_a_transaction.copies = {}
    try:
        _written_by_moto(backend, transact_items)
    finally:
        _in_a_transaction.copies = {}


def _copy(table: Table, memo: dict[int, Any]) -> Table:
    copies: dict[int, Table] = getattr(_in_a_transaction, "copies", {})
    if id(table) not in copies:
        made: Any = Table.__new__(Table)
        made.__dict__ = copy.deepcopy(table.__dict__, memo)
        copies[id(table)] = made
    return copies[id(table)]

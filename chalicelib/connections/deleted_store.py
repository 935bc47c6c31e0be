"""DynamoDB items of deleted connections.

DELETED#{connection_id} / DELETED   the connection's secret must be deleted; listed in `listing` until it certainly is

Written in the transaction that deletes the connection. The secret is deleted right afterwards too, but that may fail,
and a concurrent save may recreate it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of
from chalicelib.aws.transaction import Write, delete, put

_LIST_PARTITION: Final = "DELETED_CONNECTIONS"


@dataclass(frozen=True, slots=True)
class DeletedConnection:
    """The ID of a deleted connection, and when it was deleted."""

    id: str
    deleted_at: datetime


def every_deleted_connection() -> Range[DeletedConnection]:
    """All deleted connections whose secret may still exist, from the index."""
    return Range(_LIST_PARTITION, "ID#", _parse, index="listing")


def deleted_connection_lookup(connection_id: str) -> Lookup[DeletedConnection]:
    """Looks up the record of one deletion."""
    return Lookup(_key(connection_id), _parse)


def record_deleted_connection(connection_id: str, now: datetime) -> Write:
    """Records the deletion. Belongs in the transaction that deletes the connection."""
    item = {
        "id": connection_id,
        "deleted_at": instant(now),
        "listing_pk": _LIST_PARTITION,
        "listing_sk": f"ID#{connection_id}",
    }
    return put(_key(connection_id), item)


def forget_deleted_connection(connection_id: str) -> Write:
    """Deletes the record: the secret is deleted, or the connection was restored."""
    return delete(_key(connection_id))


def _key(connection_id: str) -> Key:
    return Key(f"DELETED#{connection_id}", "DELETED")


def _parse(item: Item) -> DeletedConnection:
    return DeletedConnection(item["id"], instant_of(item, "deleted_at"))

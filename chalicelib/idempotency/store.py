"""DynamoDB items of idempotency records.

RECEIPT#{sha256} / RECEIPT   a request with an Idempotency-Key: in progress, or completed with its result; kept 24 hours
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.condition import absent_or_expired, equals
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, seconds
from chalicelib.aws.transaction import Write, delete, put
from chalicelib.errors import Conflict
from chalicelib.idempotency.model import IdempotencyRecord


def receipt_lookup(digest: str, now: datetime) -> Lookup[IdempotencyRecord]:
    """Looks up the record, unless it has expired."""
    return Lookup(_key(digest), lambda item: None if is_expired(item, now) else _parse(item))


def acquire(receipt: IdempotencyRecord, *, instead_of: IdempotencyRecord | None, now: datetime) -> Write:
    """Acquires the lease of the request, if no other request has.

    Args:
        instead_of: the record of an interrupted request whose lease has expired.
    """
    condition = absent_or_expired(now)
    if instead_of is not None:
        condition = condition | equals(lease=instead_of.lease, object_id=None)
    return put(_key(receipt.digest), _item(receipt), condition, in_progress())


def complete(receipt: IdempotencyRecord, object_id: str) -> Write:
    """Marks the request as completed. Belongs in the transaction that creates the object."""
    item = _item(receipt) | {"object_id": object_id}
    return put(_key(receipt.digest), item, equals(lease=receipt.lease, object_id=None), in_progress())


def release(receipt: IdempotencyRecord) -> Write:
    """Deletes the record of a refused request, so that its key can be used again."""
    return delete(_key(receipt.digest), equals(lease=receipt.lease, object_id=None), in_progress())


def in_progress() -> Conflict:
    """Another request with this key is in progress."""
    return Conflict("idempotency_key_in_flight")


def _key(digest: str) -> Key:
    return Key(f"RECEIPT#{digest}", "RECEIPT")


def _item(receipt: IdempotencyRecord) -> Item:
    return {
        "digest": receipt.digest,
        "body_mac": receipt.body_mac,
        "lease": receipt.lease,
        "leased_until": instant(receipt.leased_until),
        "ends_at": instant(receipt.expires_at),
        "expires_at": seconds(receipt.expires_at),
    }


def _parse(item: Item) -> IdempotencyRecord:
    return IdempotencyRecord(
        digest=item["digest"],
        body_mac=item["body_mac"],
        lease=item["lease"],
        leased_until=instant_of(item, "leased_until"),
        expires_at=instant_of(item, "ends_at"),
        object_id=item.get("object_id"),
    )

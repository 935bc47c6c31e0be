"""Converts plain Python values to and from DynamoDB's attribute format.

boto3's own serializer costs more per item, and importing it would load all of boto3 before the first page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

Item = dict[str, Any]
"""Attribute names to str, int, bool, list, dict or None (numbers are read as Decimal)."""


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


def encode(values: Mapping[str, Any]) -> dict[str, Any]:
    """Encodes `values` for DynamoDB. None values are omitted, as an absent attribute means None.

    Raises:
        TypeError: a value has an unsupported type. Floats are unsupported because they don't round-trip.
    """
    return {name: _encode_value(value) for name, value in values.items() if value is not None}


def decode(raw: Mapping[str, Any]) -> Item:
    """Decodes an item; the inverse of `encode`."""
    return {name: _decode_value(value) for name, value in raw.items()}


def encode_key(key: Key) -> dict[str, Any]:
    """Encodes a key for DynamoDB."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def instant(moment: datetime | None) -> str | None:
    """Formats an instant as text, in UTC, with milliseconds."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds")


def instant_of(item: Item, name: str) -> datetime:
    """The instant stored under `name`.

    Raises:
        KeyError: the attribute is absent.
    """
    return datetime.fromisoformat(item[name])


def optional_instant_of(item: Item, name: str) -> datetime | None:
    """The instant stored under `name`, if any."""
    return datetime.fromisoformat(item[name]) if name in item else None


def optional_date_of(item: Item, name: str) -> date | None:
    """The date stored under `name`, if any."""
    return date.fromisoformat(item[name]) if name in item else None


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded up. DynamoDB's TTL and every expiry comparison use this value."""
    return -int(-moment.timestamp() // 1)


def is_expired(item: Item, now: datetime) -> bool:
    """True if the item has expired. TTL may delete items days late, so every read of an expiring item checks this."""
    return bool(item["expires_at"] <= now.timestamp())


def _encode_value(value: object) -> dict[str, Any]:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int | Decimal):
        return {"N": str(value)}
    if isinstance(value, list | tuple):
        return {"L": [_encode_value(one) for one in value]}
    if isinstance(value, dict):
        return {"M": {name: _encode_value(one) for name, one in value.items()}}
    raise TypeError(f"no attribute of an item is a {type(value).__name__}")


def _decode_value(tagged: Mapping[str, Any]) -> Any:
    ((tag, value),) = tagged.items()
    if tag in ("S", "BOOL"):
        return value
    if tag == "N":
        return Decimal(value)
    if tag == "L":
        return [_decode_value(one) for one in value]
    if tag == "M":
        return {name: _decode_value(one) for name, one in value.items()}
    if tag == "NULL":
        return None
    raise TypeError(f"no attribute of an item has DynamoDB's type {tag}")

"""Items of the table as plain Python values, and the DynamoDB encoding of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

Item = dict[str, Any]
"""Attribute names → str, int, bool, list, dict or None (numbers come back as Decimal)."""

_SERIALIZER: Final = TypeSerializer()
_DESERIALIZER: Final = TypeDeserializer()


class Key(NamedTuple):
    """Primary key of the one table."""

    pk: str
    sk: str


def encoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` in DynamoDB's own form. None is left out: an absent attribute says it already."""
    return {name: _SERIALIZER.serialize(value) for name, value in values.items() if value is not None}


def decoded(raw: Mapping[str, Any]) -> Item:
    """The reverse of `encoded`."""
    return {name: _DESERIALIZER.deserialize(value) for name, value in raw.items()}


def encoded_key(key: Key) -> dict[str, Any]:
    """A key in DynamoDB's own form."""
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def instant(moment: datetime | None) -> str | None:
    """An instant as text, UTC, milliseconds."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds")


def instant_of(item: Item, name: str) -> datetime:
    """The instant stored under `name`.

    Raises:
        KeyError: there is none.
    """
    return datetime.fromisoformat(item[name])


def optional_instant_of(item: Item, name: str) -> datetime | None:
    """The instant stored under `name`, if any."""
    return datetime.fromisoformat(item[name]) if name in item else None


def optional_date_of(item: Item, name: str) -> date | None:
    """The date stored under `name`, if any."""
    return date.fromisoformat(item[name]) if name in item else None


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, rounded up: what DynamoDB's TTL reads and what we compare ourselves."""
    return -int(-moment.timestamp() // 1)


def expired(item: Item, now: datetime) -> bool:
    """Whether the item's time is over. TTL deletes late, up to days: every read of an expiring item asks this."""
    return bool(item["expires_at"] <= now.timestamp())

"""Reads and writes the content of the embedded AWS as plain JSON: DynamoDB items and secrets.

The only file that knows how moto keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend, secretsmanager_backends

from ops.table import KEY, TTL_ATTRIBUTE

REGION: Final = "eu-north-1"
"""The embedded one; nothing else in the process uses it."""

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """Where an item lies.

    Attributes:
        key: the values of `pk` and `sk`.
    """

    table: str
    key: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, by name or ARN."""

    name: str


Record: TypeAlias = Item | Secret


def read(record: Record) -> Document:
    """The record's present state as one JSON document; `state` is None when it isn't there."""
    if isinstance(record, Item):
        item = _dynamodb().get_item(record.table, _attributes(record.key))
        state = item.to_json()["Attributes"] if item else None
        return {"table": record.table, "key": list(record.key), "state": state}
    secret = _secrets().secrets.get(record.name)
    if not isinstance(secret, FakeSecret):
        return {"secret": record.name, "state": None}
    return {"secret": secret.name, "state": _secret_state(secret)}


def write(document: Document) -> None:
    """Put a document that `read` gave back into its place."""
    state = document["state"]
    if "table" in document:
        backend = _dynamodb()
        if state is None:
            backend.delete_item(document["table"], _attributes(document["key"]))
        else:
            backend.get_table(document["table"]).put_item(state)
    elif state is None:
        _secrets().secrets.pop(document["secret"])
    else:
        _write_secret(document["secret"], state)


def everything(table: str) -> Iterator[Document]:
    """Every item of `table` and every secret."""
    for item in list(_dynamodb().get_table(table).all_items()):
        state = item.to_json()["Attributes"]
        yield {"table": table, "key": [state[name]["S"] for name in KEY], "state": state}
    for name in list(_secrets().secrets):
        yield read(Secret(name))


def clear() -> None:
    """Forget everything of the region, also from before in this process."""
    _dynamodb().reset()
    _secrets().reset()


def has_expired(document: Document, now: float) -> bool:
    """True if the item's TTL has passed at `now` (epoch s); moto never deletes expired items."""
    expiry = ((document["state"] or {}).get(TTL_ATTRIBUTE) or {}).get("N") if "table" in document else None
    return expiry is not None and float(expiry) < now


def _dynamodb() -> DynamoDBBackend:
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]


def _secrets() -> SecretsManagerBackend:
    return secretsmanager_backends[DEFAULT_ACCOUNT_ID][REGION]


def _attributes(key: tuple[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in zip(KEY, key, strict=True)}


_SECRET_FIELDS: Final = ("arn", "description", "tags", "created_date", "last_changed_date", "deleted_date", "versions")


def _secret_state(secret: FakeSecret) -> Document:
    return {"current": secret.default_version_id, **{name: getattr(secret, name) for name in _SECRET_FIELDS}}


def _write_secret(name: str, state: Document) -> None:
    secret = FakeSecret(
        account_id=DEFAULT_ACCOUNT_ID, region_name=REGION, secret_id=name, secret_version={}, version_id=""
    )
    for field in _SECRET_FIELDS:
        setattr(secret, field, state[field])
    secret.set_default_version_id(state["current"])
    _secrets().secrets[name] = secret

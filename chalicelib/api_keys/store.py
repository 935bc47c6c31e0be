"""DynamoDB items of API keys.

KEY#{sha256} / KEY   the key's record, under the hash of the key; listed in `listing`
"""

from __future__ import annotations

from datetime import date
from typing import Final

from chalicelib.api_keys.model import ApiKey, Scope
from chalicelib.aws.condition import absent, equals, present
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, optional_date_of, optional_instant_of
from chalicelib.aws.transaction import Write, delete, put, update
from chalicelib.errors import Conflict, NotFound

LIST_PARTITION: Final = "API_KEYS"


def api_key_lookup(secret_sha256: str) -> Lookup[ApiKey]:
    """Looks up the key with this hash."""
    return Lookup(_key(secret_sha256), _parse)


def every_api_key() -> Range[ApiKey]:
    """All keys, from the index."""
    return Range(LIST_PARTITION, "ID#", _parse, index="listing")


def api_key_with_id(key_id: str) -> Range[ApiKey]:
    """The key with this ID, from the index."""
    return Range(LIST_PARTITION, f"ID#{key_id}", _parse, index="listing")


def create_api_key(key: ApiKey) -> Write:
    """Creates a key."""
    item = {
        "id": key.id,
        "name": key.name,
        "secret_sha256": key.secret_sha256,
        "organization_id": key.organization_id,
        "created_at": instant(key.created_at),
        "ends_at": instant(key.expires_at),
        "scopes": [scope.value for scope in key.scopes],
        "listing_pk": LIST_PARTITION,
        "listing_sk": f"ID#{key.id}",
    }
    return put(_key(key.secret_sha256), item, absent(), Conflict("conflict"))


def note_api_key_use(key: ApiKey, today: date) -> Write:
    """Records the day of the key's last use, if the key still exists and no concurrent request has recorded it."""
    before = key.last_used_on.isoformat() if key.last_used_on else None
    condition = present() & equals(last_used_on=before)
    return update(_key(key.secret_sha256), {"last_used_on": today.isoformat()}, condition=condition, refused=NotFound())


def delete_api_key(key: ApiKey) -> Write:
    """Deletes a key; it is refused from the next request on."""
    return delete(_key(key.secret_sha256), present(), NotFound())


def _key(secret_sha256: str) -> Key:
    return Key(f"KEY#{secret_sha256}", "KEY")


def _parse(item: Item) -> ApiKey:
    return ApiKey(
        id=item["id"],
        name=item["name"],
        secret_sha256=item["secret_sha256"],
        organization_id=item.get("organization_id"),
        created_at=instant_of(item, "created_at"),
        expires_at=optional_instant_of(item, "ends_at"),
        scopes=tuple(Scope(scope) for scope in item.get("scopes", ())),
        last_used_on=optional_date_of(item, "last_used_on"),
    )

"""API keys that no API key made: the deployment's first."""

from __future__ import annotations

from chalicelib.adapters.api_keys import api_key_lookup, create_api_key
from chalicelib.container import Container
from chalicelib.domain.api_key import ApiKey, new_key_secret, secret_hash
from chalicelib.domain.identifier import new_id


def create_key(container: Container, name: str, organization_id: str | None = None) -> str:
    """A new key for the deployment, or for one organization; only its hash is kept."""
    now = container.clock()
    secret = new_key_secret()
    record = ApiKey(new_id("key", now=now), name, secret_hash(secret), now, organization_id)
    container.table.write(create_api_key(record))
    return secret


def is_known(container: Container, secret: str) -> bool:
    """Whether the deployment takes this key."""
    (record,) = container.table.read(api_key_lookup(secret_hash(secret)))
    return record is not None

"""Small values that travel through the browser and come back unchanged, or not at all: JWS with HMAC-SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chalicelib.domain.key_set import KeySet


def derived_key(key: bytes, purpose: str) -> bytes:
    """A key for one purpose only, so that a value signed for one can't be used for another."""
    return hmac.digest(key, purpose.encode(), hashlib.sha256)


def signed(values: dict[str, Any], purpose: str, keys: KeySet[bytes]) -> str:
    """`values` as a compact JWS (RFC 7515), by the current key."""
    key = OctKey.import_key(derived_key(keys.current, purpose))
    return jws.serialize_compact({"alg": "HS256"}, json.dumps(values, separators=(",", ":")), key)


def read_signed(text: str, purpose: str, keys: KeySet[bytes], now: datetime) -> dict[str, Any] | None:
    """The values, if one of our keys signed them for this purpose and their `exp` (seconds since 1970) is not over."""
    for key in keys.all:
        try:
            token = jws.deserialize_compact(text, OctKey.import_key(derived_key(key, purpose)), algorithms=["HS256"])
        except (JoseError, ValueError):
            continue
        values = json.loads(token.payload)
        return values if isinstance(values, dict) and values.get("exp", 0) > now.timestamp() else None
    return None

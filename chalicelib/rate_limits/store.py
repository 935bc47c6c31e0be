"""Items of rate limits.

LIMIT#{sha256} / LIMIT             the count and time of attempts under one key; expires after an hour without any
LOOKUPS#{sha256}#{minute} / LIMIT  addresses that one source submitted on the sign-in page in one minute
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from chalicelib.aws.condition import absent_or_expired, below, equals, unexpired
from chalicelib.aws.dynamodb import Lookup
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, seconds
from chalicelib.aws.transaction import Write, delete, put, update
from chalicelib.errors import Conflict, TooManyRequests
from chalicelib.i18n.message import message
from chalicelib.rate_limits.model import RESET_AFTER, AttemptCount, Limit

_WINDOW: Final = 60  # seconds


def tries_lookup(limit: Limit, now: datetime) -> Lookup[AttemptCount]:
    """Looks up the attempts under the limit's key."""
    return Lookup(_key(limit), lambda item: None if is_expired(item, now) else _parse(item))


def count_try(limit: Limit, past: AttemptCount | None, now: datetime) -> Write:
    """Counts one more attempt, conditional on `past`: concurrent attempts are all counted.

    Raises (when written):
        Conflict: a concurrent attempt was counted; read again.
    """
    raced = Conflict("conflict", message("problem.conflict.attempt"))
    fresh = {"last_at": instant(now), "expires_at": seconds(now + RESET_AFTER)}
    if past is None:
        return put(_key(limit), {"count": 1} | fresh, absent_or_expired(now), raced)
    free = below("count", limit.free) if past.count < limit.free else equals(count=past.count)
    return update(_key(limit), fresh, add={"count": 1}, condition=unexpired(now) & free, refused=raced)


def forget_tries(limit: Limit) -> Write:
    """Resets the count to zero."""
    return delete(_key(limit))


def give_back_try(limit: Limit, now: datetime) -> Write:
    """Subtracts an attempt that succeeded."""
    return update(_key(limit), {"last_at": instant(now), "expires_at": seconds(now + RESET_AFTER)}, add={"count": -1})


def count_lookup(source: str, now: datetime, *, most: int) -> Write:
    """Counts one more submitted address, unless this minute's count has reached `most`."""
    second = int(now.timestamp())
    minute, passed = divmod(second, _WINDOW)
    wait = _WINDOW - passed
    too_many = TooManyRequests("too_many_requests", message("problem.too_many_requests", count=wait), retry_after=wait)
    digest = hashlib.sha256(source.encode()).hexdigest()
    key, values = Key(f"LOOKUPS#{digest}#{minute}", "LIMIT"), {"expires_at": second + 2 * _WINDOW}
    return update(key, values, add={"count": 1}, condition=below("count", most), refused=too_many)


def _key(limit: Limit) -> Key:
    # Hashed because the address in the key is untrusted, and a DynamoDB key is limited to 2,048 bytes.
    return Key(f"LIMIT#{hashlib.sha256(limit.key.encode()).hexdigest()}", "LIMIT")


def _parse(item: Item) -> AttemptCount:
    return AttemptCount(int(item["count"]), instant_of(item, "last_at"))

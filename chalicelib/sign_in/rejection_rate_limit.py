"""Counts the responses that a connection refused per source and minute.

REFUSED#{connection_id}#{sha256 of source}#{minute} / REFUSED

Counts are per (source, connection), never per connection alone, which would let an outsider lock an organization out.
Valid responses are neither counted nor delayed. The count is written together with the attempt.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from chalicelib.aws.condition import below
from chalicelib.aws.item import Key
from chalicelib.aws.transaction import Write, update
from chalicelib.errors import TooManyRequests

_WINDOW: Final = 60  # seconds


def count_refusal(connection_id: str, source: str, now: datetime, *, limit: int) -> Write:
    """Counts one more refusal, unless this minute's count has reached `limit`."""
    second = int(now.timestamp())
    minute, passed = divmod(second, _WINDOW)
    digest = hashlib.sha256(source.encode()).hexdigest()
    too_many = TooManyRequests(
        "too_many_refusals",
        retry_after=_WINDOW - passed,
    )
    values = {"expires_at": second + 2 * _WINDOW}
    key = Key(f"REFUSED#{connection_id}#{digest}#{minute}", "REFUSED")
    return update(key, values, add={"count": 1}, condition=below("count", limit), refused=too_many)

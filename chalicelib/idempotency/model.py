"""Idempotency receipts: what a repeated request gets to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LEASE: Final = timedelta(seconds=30)
RETENTION: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """One request with an Idempotency-Key.

    Attributes:
        digest: SHA-256 over caller, route and key.
        body_mac: HMAC of the body; equal for an equal body only.
        lease: random; whoever holds it carries the request out.
        leased_until: when the lease ends; a request that died before then can be taken over afterwards.
        object_id: what was made: its ID, or of a one-time link the hash that it is stored under; None while the request
            is in flight.
    """

    digest: str
    body_mac: str
    lease: str
    leased_until: datetime
    expires_at: datetime
    object_id: str | None = None

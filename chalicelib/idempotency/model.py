"""Idempotency records: the state and result of a request with an Idempotency-Key."""

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
        body_mac: HMAC of the body; equal only for an equal body.
        lease: random token of the process that executes the request.
        leased_until: end of the lease; afterwards another request may take over an interrupted one.
        object_id: ID of the created object, or for a one-time link the hash it is stored under; None while the request
            is in progress.
    """

    digest: str
    body_mac: str
    lease: str
    leased_until: datetime
    expires_at: datetime
    object_id: str | None = None

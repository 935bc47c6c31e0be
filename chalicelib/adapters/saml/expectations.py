"""What an assertion is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.adapters.saml.instant import written
from chalicelib.domain.connection import Connection, ServiceProvider
from chalicelib.domain.pending_request import PendingRequest


@dataclass(frozen=True, slots=True)
class Expectations:
    """The connection's settings, our own addresses, this browser's request and the time."""

    connection: Connection
    provider: ServiceProvider
    pending: PendingRequest | None
    now: datetime

    @property
    def earliest(self) -> datetime:
        """Our time by the slowest clock that the connection allows."""
        return self.now - timedelta(seconds=self.connection.clock_skew_seconds)

    @property
    def latest(self) -> datetime:
        """Our time by the fastest clock that the connection allows."""
        return self.now + timedelta(seconds=self.connection.clock_skew_seconds)

    @property
    def clock(self) -> str:
        """Our time as it is shown to an admin."""
        return f"{written(self.now)}, {self.connection.clock_skew_seconds} s either way"

    @property
    def sha1_allowed(self) -> bool:
        """Whether the connection's dated exception for SHA-1 holds; its last day counts."""
        until = self.connection.sha1_exception_until
        return until is not None and self.now.date() <= until

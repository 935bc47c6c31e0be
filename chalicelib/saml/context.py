"""What an assertion is held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.i18n.message import Message, message
from chalicelib.saml.instant import format_instant
from chalicelib.saml.service_provider import ServiceProvider

if TYPE_CHECKING:
    from chalicelib.saml.trust import ExpectedRequest, TrustSettings


@dataclass(frozen=True, slots=True)
class Expectations:
    """The connection's settings, our own addresses, this browser's request and the time.

    Attributes:
        earliest, latest: our time by the slowest and by the fastest clock that the connection allows.
    """

    connection: TrustSettings
    provider: ServiceProvider
    pending: ExpectedRequest | None
    now: datetime
    earliest: datetime = field(init=False)
    latest: datetime = field(init=False)

    def __post_init__(self) -> None:
        skew = timedelta(seconds=self.connection.clock_skew_seconds)
        object.__setattr__(self, "earliest", self.now - skew)
        object.__setattr__(self, "latest", self.now + skew)

    @property
    def clock(self) -> Message:
        """Our time as it is shown to an admin."""
        return message("check.times.clock", moment=format_instant(self.now), seconds=self.connection.clock_skew_seconds)

    @property
    def sha1_allowed(self) -> bool:
        """Whether the connection's dated exception for SHA-1 holds; its last day counts."""
        until = self.connection.sha1_exception_until
        return until is not None and self.now.date() <= until

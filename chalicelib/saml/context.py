"""The values that an assertion is validated against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.i18n.message import Message, message
from chalicelib.saml.instant import format_instant
from chalicelib.saml.service_provider import ServiceProvider

if TYPE_CHECKING:
    from chalicelib.saml.trust import ExpectedRequest, TrustSettings


@dataclass(slots=True)
class Expectations:
    """The connection's settings, the service provider's addresses, this browser's request and the time.

    Attributes:
        earliest, latest: the current time minus and plus the connection's allowed clock skew.
    """

    connection: TrustSettings
    provider: ServiceProvider
    pending: ExpectedRequest | None
    now: datetime
    earliest: datetime = field(init=False)
    latest: datetime = field(init=False)

    def __post_init__(self) -> None:
        skew = timedelta(seconds=self.connection.clock_skew_seconds)
        self.earliest = self.now - skew
        self.latest = self.now + skew

    @property
    def clock(self) -> Message:
        """The current time and the allowed skew, as shown to an admin."""
        return message("check.times.clock", moment=format_instant(self.now), seconds=self.connection.clock_skew_seconds)

    @property
    def sha1_allowed(self) -> bool:
        """True while the connection's dated exception for SHA-1 holds, including its last day."""
        until = self.connection.sha1_exception_until
        return until is not None and self.now.date() <= until

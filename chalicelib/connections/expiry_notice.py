"""When to send certificate-expiry notices: 60, 30, 14, 7, 3, 1 and 0 days before expiry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.saml.certificate import CertificateFacts

NOTICE_DAYS: Final = (60, 30, 14, 7, 3, 1, 0)
_GIVEN_UP: Final = timedelta(days=30)
"""A connection whose last certificate expired longer ago is unused, or its identity provider ignores the date. It would
keep the alarm active permanently and hide the next expiry.
"""


@dataclass(frozen=True, slots=True)
class CertificateNotice:
    """The notice that is due for one certificate of a connection.

    Attributes:
        days: one of `NOTICE_DAYS`, the last one reached, so missed days produce one notice.
    """

    connection: Connection
    certificate: CertificateFacts
    days: int


def notices_due(connection: Connection, now: datetime) -> tuple[CertificateNotice, ...]:
    """Returns the notices due for the current certificates, including those already sent."""
    found = []
    for facts in connection.certificates:
        reached = [days for days in NOTICE_DAYS if days_left(facts, now) <= days]
        if reached:
            found.append(CertificateNotice(connection, facts, min(reached)))
    return tuple(found)


def lowest_days_left(connections: Iterable[Connection], now: datetime) -> int | None:
    """Days until the first connection has no valid certificate; None if there are no certificates.

    An expiring certificate doesn't count if the connection trusts a newer one.
    """
    last = [max(c.certificates, key=lambda facts: facts.not_after) for c in connections if c.certificates]
    return min((days_left(facts, now) for facts in last if now - facts.not_after < _GIVEN_UP), default=None)


def days_left(facts: CertificateFacts, now: datetime) -> int:
    """Whole days until expiry; 0 from the last day on."""
    return max(0, (facts.not_after - now) // timedelta(days=1))

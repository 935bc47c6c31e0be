"""When an identity provider's certificate is worth a word: 60, 30, 14, 7, 3, 1 and 0 days before it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.saml.certificate import CertificateFacts

NOTICE_DAYS: Final = (60, 30, 14, 7, 3, 1, 0)
_GIVEN_UP: Final = timedelta(days=30)
"""A connection whose last certificate ended so long ago is used no more, or its identity provider does not mind. It
would keep the alarm ringing for ever, and nobody would hear of the next one."""


@dataclass(frozen=True, slots=True)
class CertificateNotice:
    """The word that is due for one certificate of a connection.

    Attributes:
        days: one of `NOTICE_DAYS`: the last that was reached, so that a missed day is made good once and not seven
            times.
    """

    connection: Connection
    certificate: CertificateFacts
    days: int


def notices_due(connection: Connection, now: datetime) -> tuple[CertificateNotice, ...]:
    """What is due for the certificates in force, whether it was said before or not."""
    found = []
    for facts in connection.certificates:
        reached = [days for days in NOTICE_DAYS if days_left(facts, now) <= days]
        if reached:
            found.append(CertificateNotice(connection, facts, min(reached)))
    return tuple(found)


def lowest_days_left(connections: Iterable[Connection], now: datetime) -> int | None:
    """Days until the first connection has no certificate that lasts; None where there is no certificate.

    An old certificate beside a new one that is trusted already is no danger.
    """
    last = [max(c.certificates, key=lambda facts: facts.not_after) for c in connections if c.certificates]
    return min((days_left(facts, now) for facts in last if now - facts.not_after < _GIVEN_UP), default=None)


def days_left(facts: CertificateFacts, now: datetime) -> int:
    """Whole days; 0 from the last day on."""
    return max(0, (facts.not_after - now) // timedelta(days=1))

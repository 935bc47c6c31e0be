"""The banner about soon-expiring certificates, shown to admins on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.saml.certificate import CertificateFacts, ExpiryStatus
from chalicelib.users.model import Role

if TYPE_CHECKING:
    from chalicelib.organizations.model import Organization
    from chalicelib.sessions.signed_in import SignedInSession


@dataclass(frozen=True, slots=True)
class Expiring:
    """A connection and its certificate that expires last."""

    connection: Connection
    certificate: CertificateFacts


def expiring_of(
    who: SignedInSession, connections_of: Callable[[Organization], Iterable[Connection]], now: datetime
) -> list[Expiring]:
    """Returns the expiring certificates of the user's organization; none for members or without single sign-on.

    Raises:
        Unavailable: the store did not respond.
    """
    if who.user.role is not Role.ADMIN or not who.organization.is_enterprise or not who.organization.connections:
        return []
    return expiring_among(connections_of(who.organization), now)


def expiring_among(connections: Iterable[Connection], now: datetime) -> list[Expiring]:
    """Returns connections whose last-expiring certificate expires within 60 days, with no newer one trusted."""
    in_use = (connection for connection in connections if connection.status is not ConnectionStatus.DISABLED)
    found = ((connection, last_expiring(connection, now)) for connection in in_use)
    return [Expiring(connection, certificate) for connection, certificate in found if certificate is not None]


def last_expiring(connection: Connection, now: datetime) -> CertificateFacts | None:
    """Returns the certificate that expires last, if it expires soon."""
    last = max(connection.certificates, key=lambda certificate: certificate.not_after, default=None)
    return last if last is not None and last.age(now) is not ExpiryStatus.OK else None

"""Certificates of an organization's connections that expire soon: what its admins are told wherever they come by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.container import current
from chalicelib.http.browser_session import BrowserSession
from chalicelib.saml.certificate import CertificateFacts, ExpiryStatus
from chalicelib.users.model import Role


@dataclass(frozen=True, slots=True)
class Expiring:
    """A connection and the certificate after which it has none."""

    connection: Connection
    certificate: CertificateFacts


def expiring_of(visitor: BrowserSession) -> list[Expiring]:
    """Those of the visitor's organization, for its admins; none for others, and none without single sign-on.

    Raises:
        Unavailable: the store did not answer.
    """
    who = visitor.who
    if who.user.role is not Role.ADMIN or not who.organization.is_enterprise or not who.organization.connections:
        return []
    return expiring_among(current().connections.list(who.organization.id))


def expiring_among(connections: Iterable[Connection]) -> list[Expiring]:
    """Those whose certificate that ends last ends within 60 days; the next one is missing."""
    in_use = (connection for connection in connections if connection.status is not ConnectionStatus.DISABLED)
    found = ((connection, last_expiring(connection)) for connection in in_use)
    return [Expiring(connection, certificate) for connection, certificate in found if certificate is not None]


def last_expiring(connection: Connection) -> CertificateFacts | None:
    """The certificate that ends last, if that is soon."""
    last = max(connection.certificates, key=lambda certificate: certificate.not_after, default=None)
    now = current().clock()
    return last if last is not None and last.age(now) is not ExpiryStatus.OK else None

"""The result of the last metadata check of a connection. It never changes which keys are trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.i18n.message import Message
from chalicelib.saml.certificate import Certificate

MAX_REMEMBERED: Final = 64
REFRESH_INTERVAL: Final = timedelta(hours=20)
"""Minimum time between two checks. The schedule runs hourly, so a failed run is repeated on the same day."""


@dataclass(frozen=True, slots=True)
class MetadataCheck:
    """One metadata check.

    Attributes:
        metadata_url: the URL that was read; the check doesn't apply to another URL.
        code, message: why it failed; None on success.
        succeeded_at: time of the last successful check, whose findings are kept.
        found: signing certificates in the metadata that were not trusted at the time.
        missing: fingerprints of trusted certificates that the metadata lacks; reported, never removed.
        sso_url: the SSO URL in the metadata, if it differs from the connection's.
        previously_trusted: fingerprints that were trusted at this or an earlier check, the newest last.
    """

    connection_id: str
    metadata_url: str
    at: datetime
    code: str | None = None
    message: Message | None = None
    succeeded_at: datetime | None = None
    found: tuple[Certificate, ...] = ()
    missing: tuple[str, ...] = ()
    sso_url: str | None = None
    once_trusted: tuple[str, ...] = ()

    def is_due(self, now: datetime) -> bool:
        """True if the next check is due."""
        return now - self.at >= REFRESH_INTERVAL

    def new_to(self, connection: Connection) -> tuple[Certificate, ...]:
        """Certificates that were found and aren't trusted yet. Approved ones drop out without another write."""
        trusted = {facts.sha256 for facts in connection.certificates}
        return tuple(certificate for certificate in self.found if certificate.facts.sha256 not in trusted)


def previously_trusted(before: MetadataCheck | None, connection: Connection) -> tuple[str, ...]:
    """The certificates trusted at earlier checks and now."""
    past = before.once_trusted if before else ()
    every = dict.fromkeys((*past, *(facts.sha256 for facts in connection.certificates)))
    return tuple(every)[-MAX_REMEMBERED:]

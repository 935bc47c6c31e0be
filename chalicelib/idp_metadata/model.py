"""How the last look at a connection's metadata ended. It never changes what the connection trusts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.i18n.message import Message
from chalicelib.saml.certificate import Certificate

MAX_REMEMBERED: Final = 64
REFRESH_INTERVAL: Final = timedelta(hours=20)
"""Between two looks: the schedule comes each hour, so that a failed run is made up for the same day."""


@dataclass(frozen=True, slots=True)
class MetadataCheck:
    """One look.

    Attributes:
        metadata_url: which was read; a check of another address than the present one says nothing.
        code, message: why it failed; None when it didn't.
        succeeded_at: the last good look; what it found stays.
        found: signing certificates in the metadata that were not trusted then.
        missing: fingerprints of trusted certificates that the metadata no longer has; only told, never removed.
        sso_url: what the metadata says, where that is another address than the connection's.
        previously_trusted: fingerprints that were trusted at this look or one before, the newest last.
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
        """Whether it is time to look again."""
        return now - self.at >= REFRESH_INTERVAL

    def new_to(self, connection: Connection) -> tuple[Certificate, ...]:
        """What was found and is not trusted yet: approving needs no second record."""
        trusted = {facts.sha256 for facts in connection.certificates}
        return tuple(certificate for certificate in self.found if certificate.facts.sha256 not in trusted)


def previously_trusted(before: MetadataCheck | None, connection: Connection) -> tuple[str, ...]:
    """What was trusted at the looks so far, and is now."""
    past = before.once_trusted if before else ()
    every = dict.fromkeys((*past, *(facts.sha256 for facts in connection.certificates)))
    return tuple(every)[-MAX_REMEMBERED:]

"""Setup links: a customer's IT person, who is no user, proposes an identity provider's values and does nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

HOURS_DEFAULT: Final = 168
MAX_HOURS: Final = 720
RETENTION: Final = timedelta(days=30)
"""How long a link's record is kept after its end: admins may ask who came in."""


class SetupLinkStatus(StrEnum):
    """How far a setup link has come."""

    UNOPENED = "unopened"
    OPENED = "opened"
    FINISHED = "finished"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SetupLink:
    """A link that one browser may exchange for a guest session, and that session.

    Attributes:
        connection_id: the one connection it is about; None until it is opened, where a draft is made for it then.
        created_by: the ID of the API key or the admin that made it.
        expires_at: when link and guest session end, whatever happens.
        code_sha256: hash of the link's code; None as soon as it was exchanged or has ended.
        guest_sha256: hash of the guest session's secret; None before the exchange and after the end.
        opened_at, opened_from: when it was exchanged, and the source address (`rate_limits/model.py: client_network`).
        used_at: when values were last proposed with it.
        ended_at: when it was revoked, or given up by the guest.
        is_revoked: which of the two.
    """

    id: str
    organization_id: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    connection_id: str | None = None
    code_sha256: str | None = field(default=None, repr=False)
    guest_sha256: str | None = field(default=None, repr=False)
    opened_at: datetime | None = None
    opened_from: str | None = None
    used_at: datetime | None = None
    ended_at: datetime | None = None
    is_revoked: bool = False

    def status(self, now: datetime) -> SetupLinkStatus:
        """How far it has come by now."""
        if self.ended_at is not None:
            return SetupLinkStatus.REVOKED if self.is_revoked else SetupLinkStatus.FINISHED
        if self.expires_at <= now:
            return SetupLinkStatus.EXPIRED
        return SetupLinkStatus.UNOPENED if self.opened_at is None else SetupLinkStatus.OPENED

"""Setup links: a customer's IT admin, who needs no account, proposes an identity provider's values and can do nothing
else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

HOURS_DEFAULT: Final = 168
MAX_HOURS: Final = 720
RETENTION: Final = timedelta(days=30)
"""How long a link's record is kept after it ends, so that admins can see who used it."""


class SetupLinkStatus(StrEnum):
    """The state of a setup link."""

    UNOPENED = "unopened"
    OPENED = "opened"
    FINISHED = "finished"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SetupLink:
    """A link that one browser can exchange for a guest session, and that session.

    Attributes:
        connection_id: the connection to configure; None until the link is opened, if opening creates a draft.
        created_by: ID of the API key or admin that created it.
        expires_at: when link and guest session end at the latest.
        code_sha256: hash of the link's code; None once it was exchanged or has ended.
        guest_sha256: hash of the guest session's secret; None before the exchange and after the end.
        opened_at, opened_from: when it was exchanged, and the source address (`client_network.py`).
        used_at: when values were last proposed with it.
        ended_at: when it was revoked, or finished by the guest.
        is_revoked: it was revoked, not finished.
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
        """The state at the given time."""
        if self.ended_at is not None:
            return SetupLinkStatus.REVOKED if self.is_revoked else SetupLinkStatus.FINISHED
        if self.expires_at <= now:
            return SetupLinkStatus.EXPIRED
        return SetupLinkStatus.UNOPENED if self.opened_at is None else SetupLinkStatus.OPENED

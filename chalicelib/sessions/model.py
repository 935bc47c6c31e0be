"""Browser sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MAX_GROUPS: Final = 500
MAX_GROUP_CHARACTERS: Final = 16_000
"""Maximum characters of all groups together: every page reads the session, and a read unit covers 4 KB."""
SESSION_LENGTH: Final = timedelta(hours=12)
CONFIRMATION_LIFETIME: Final = timedelta(minutes=10)
"""How long a sign-in can be confirmed that would replace another user's session."""


class AuthenticationMethod(StrEnum):
    """How the user authenticated."""

    PASSWORD = "password"  # noqa: S105
    SAML = "saml"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser session. Stored under the SHA-256 of its secret; the secret itself is only in the cookie.

    Attributes:
        epoch: the user's epoch when the session started; the session is valid only while they are equal.
        session_index: the identity provider's, for logout.
        groups: the groups in the assertion, truncated by `kept_groups`.
        unconfirmed_until: the deadline to confirm that it replaces another user's session; not a valid session until
            confirmed. None if no confirmation is needed.
    """

    secret_sha256: str
    organization_id: str
    user_id: str
    method: AuthenticationMethod
    epoch: int
    created_at: datetime
    expires_at: datetime
    connection_id: str | None = None
    session_index: str | None = None
    groups: tuple[str, ...] = ()
    unconfirmed_until: datetime | None = None


def session_end(now: datetime, session_not_on_or_after: datetime | None) -> datetime:
    """Returns the end of a session that starts now: the identity provider's SessionNotOnOrAfter (SAML Core section
    2.7.2), or 12 hours if that is earlier."""
    latest = now + SESSION_LENGTH
    return latest if session_not_on_or_after is None else min(latest, session_not_on_or_after)


def kept_groups(groups: Sequence[str]) -> tuple[str, ...]:
    """Returns the groups that a session stores: the first ones, up to `MAX_GROUPS` and `MAX_GROUP_CHARACTERS`."""
    kept: list[str] = []
    left = MAX_GROUP_CHARACTERS
    for group in groups[:MAX_GROUPS]:
        left -= len(group)
        if left < 0:
            break
        kept.append(group)
    return tuple(kept)

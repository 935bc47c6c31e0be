"""A signed-in browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MAX_GROUPS: Final = 500
MAX_GROUP_CHARACTERS: Final = 16_000
"""Of all groups together: every page reads the session, and a read unit is four kilobytes."""
SESSION_LENGTH: Final = timedelta(hours=12)
CONFIRMATION_LIFETIME: Final = timedelta(minutes=10)
"""How long a sign-in waits for the click that lets it replace another person's session."""


class AuthenticationMethod(StrEnum):
    """How the session began."""

    PASSWORD = "password"  # noqa: S105
    SAML = "saml"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Stored under the SHA-256 of its secret; the secret itself is only in the cookie.

    Attributes:
        epoch: the user's epoch when the session began; the session counts only while they are equal.
        session_index: the identity provider's, for logout.
        groups: those that the identity provider named, as far as `kept_groups` keeps them.
        unconfirmed_until: until then it waits for a click that lets it replace another person's session; it is no
            session before that.
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
    """When a session that begins now ends: at the identity provider's SessionNotOnOrAfter (SAML Core section 2.7.2),
    after 12 hours at the latest."""
    latest = now + SESSION_LENGTH
    return latest if session_not_on_or_after is None else min(latest, session_not_on_or_after)


def kept_groups(groups: Sequence[str]) -> tuple[str, ...]:
    """The groups that a session keeps: the first ones, up to `MAX_GROUPS` and `MAX_GROUP_CHARACTERS`."""
    kept: list[str] = []
    left = MAX_GROUP_CHARACTERS
    for group in groups[:MAX_GROUPS]:
        left -= len(group)
        if left < 0:
            break
        kept.append(group)
    return tuple(kept)

"""The browser's existing session when a SAML response arrives.

The response is a cross-site form post, so the session cookie (SameSite=Lax) is not sent. A second cookie with
SameSite=None is: it has the user ID and the hash of the session's secret, and grants no access.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from chalicelib.api_keys.model import secret_hash
from chalicelib.identifier import is_id

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PresentSession:
    """The browser's session according to its cookies. Its validity is checked by the session store.

    Attributes:
        user_id: "" if a session exists and nothing more is known.
        secret_sha256: the session's key in the store; "" likewise.
    """

    user_id: str = ""
    secret_sha256: str = ""

    @property
    def marker(self) -> str:
        """The value of the cookie that cross-site form posts include."""
        return f"{self.user_id.removeprefix('usr_')}.{self.secret_sha256}"


UNKNOWN_SESSION: Final = PresentSession()
"""A session of an unknown user."""


def split_session_cookie(cookie: str | None) -> tuple[str, str, str] | None:
    """Splits a session cookie into organization ID, user ID and secret. Returns None if it is malformed."""
    parts = (cookie or "").split(".")
    if len(parts) != 3:
        return None
    organization_id, user_id, secret = f"org_{parts[0]}", f"usr_{parts[1]}", parts[2]
    if not (is_id(organization_id, "org") and is_id(user_id, "usr")):
        return None
    return organization_id, user_id, secret


def present_session(session_cookie: str | None, marker: str | None) -> PresentSession | None:
    """Returns the browser's session, from its session cookie if that was sent, or else from the marker."""
    if (parts := split_session_cookie(session_cookie)) is not None:
        return PresentSession(parts[1], secret_hash(parts[2]))
    user, _, digest = (marker or "").partition(".")
    if not is_id(f"usr_{user}", "usr") or _SHA256.fullmatch(digest) is None:
        return None
    return PresentSession(f"usr_{user}", digest)

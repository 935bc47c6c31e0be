"""The session that a browser already has when a SAML response arrives.

The response is a form posted from another site, so the session cookie (SameSite=Lax) stays behind. A second cookie with
SameSite=None comes along: it names the user and the hash of the session's secret, and opens nothing.
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
    """What a browser's cookies say about its session. Whether the session is still valid is for the store to say.

    Attributes:
        user_id: "" where only the fact is known that there was a session.
        secret_sha256: the session's key in the store; "" likewise.
    """

    user_id: str = ""
    secret_sha256: str = ""

    @property
    def marker(self) -> str:
        """The value of the cookie that comes along with forms from other sites."""
        return f"{self.user_id.removeprefix('usr_')}.{self.secret_sha256}"


UNKNOWN_SESSION: Final = PresentSession()
"""There is a session, and nobody knows whose."""


def split_session_cookie(cookie: str | None) -> tuple[str, str, str] | None:
    """Organization ID, user ID and secret of a session cookie; None if it has another shape."""
    parts = (cookie or "").split(".")
    if len(parts) != 3:
        return None
    organization_id, user_id, secret = f"org_{parts[0]}", f"usr_{parts[1]}", parts[2]
    if not (is_id(organization_id, "org") and is_id(user_id, "usr")):
        return None
    return organization_id, user_id, secret


def present_session(session_cookie: str | None, marker: str | None) -> PresentSession | None:
    """The browser's session by its own cookie where that came along, else by the marker."""
    if (parts := split_session_cookie(session_cookie)) is not None:
        return PresentSession(parts[1], secret_hash(parts[2]))
    user, _, digest = (marker or "").partition(".")
    if not is_id(f"usr_{user}", "usr") or _SHA256.fullmatch(digest) is None:
        return None
    return PresentSession(f"usr_{user}", digest)

"""An AuthnRequest that we sent and that has no answer yet. Lives only in this browser's signed cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

REQUEST_LIFETIME: Final = timedelta(minutes=10)
PENDING_MOST: Final = 4


class Purpose(StrEnum):
    """What the answer may do: a test's answer can never sign anybody in."""

    SIGN_IN = "sign_in"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """One AuthnRequest under way.

    Attributes:
        id: the AuthnRequest's ID, `_` first (an XML NCName may not start with a digit; Entra refuses those that do).
        relay_state: the opaque key under which the cookie is found again; at most 80 bytes.
        connection_version: the connection's version when the request was made.
    """

    id: str
    connection_id: str
    relay_state: str
    return_path: str
    expires_at: datetime
    connection_version: int
    attempt_id: str
    purpose: Purpose = Purpose.SIGN_IN

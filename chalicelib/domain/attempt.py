"""A sign-in attempt: one round trip, its checks and its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

TEXT_LONGEST: Final = 1_000  # characters of what a check tells


class CheckName(StrEnum):
    """What is looked at, in the order in which it is looked at."""

    READABLE = "readable"
    STATUS = "status"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    DESTINATION = "destination"
    RECIPIENT = "recipient"
    AUDIENCE = "audience"
    TIMES = "times"
    REQUEST = "request"
    SUBJECT = "subject"
    EMAIL = "email"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Check:
    """One check with what it expected and what it received; both are shown to the organization's admins only.

    What was received is a stranger's text: kept whole it would fill the list of attempts beyond what one answer holds.
    """

    name: CheckName
    passed: bool
    expected: str | None = None
    received: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", _shortened(self.expected))
        object.__setattr__(self, "received", _shortened(self.received))


class AttemptResult(StrEnum):
    """How an attempt ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One round trip through the identity provider. Kept 30 days; never the raw message.

    Attributes:
        code: the refusal code; None when it succeeded.
        request_id: our AuthnRequest's ID, where there was one.
        user_id, email: who came, as far as it was verified.
    """

    id: str
    organization_id: str
    connection_id: str
    created_at: datetime
    result: AttemptResult
    code: str | None = None
    request_id: str | None = None
    user_id: str | None = None
    email: str | None = None
    idp_initiated: bool = False
    is_test: bool = False
    checks: tuple[Check, ...] = ()


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= TEXT_LONGEST else f"{text[: TEXT_LONGEST - 1]}…"

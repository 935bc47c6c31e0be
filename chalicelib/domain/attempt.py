"""A sign-in attempt: one round trip, its checks and its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    """One check with what it expected and what it received; both are shown to the organization's admins only."""

    name: CheckName
    passed: bool
    expected: str | None = None
    received: str | None = None


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

"""A sign-in attempt: one round trip, its checks and its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.saml.check import Check


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
        user_id: the user who signed in.
        email: the address in what the identity provider signed, also where a rule refused it afterwards.
        claimed_email: without `email`, the address that was typed on our page or came as `login_hint`; unverified.
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
    claimed_email: str | None = None
    idp_initiated: bool = False
    is_test: bool = False
    checks: tuple[Check, ...] = ()

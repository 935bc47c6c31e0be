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
    """One sign-in through an identity provider. Stored for 30 days, without the response.

    Attributes:
        code: the refusal code; None for a success.
        request_id: the AuthnRequest's ID, if there was one.
        user_id: the user who signed in.
        email: the address in the signed data, also if a later check refused it.
        claimed_email: if there is no `email`, the address entered on our page or passed as `login_hint`; unverified.
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

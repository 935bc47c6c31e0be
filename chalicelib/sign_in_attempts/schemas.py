"""Response models of sign-in attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.http.schemas import ResponseModel
from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.saml.check import CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult


class CheckAnswer(ResponseModel):
    """A check of a sign-in attempt."""

    name: CheckName
    passed: bool
    expected: str | None
    received: str | None


class AttemptAnswer(ResponseModel):
    """A sign-in through an identity provider; stored for 30 days."""

    id: str
    object: Literal["sign_in_attempt"] = "sign_in_attempt"
    organization_id: str
    connection_id: str
    created_at: datetime
    result: AttemptResult
    code: str | None = Field(description="Why it was refused; null if it was not.")
    request_id: str | None = Field(description="The ID of our AuthnRequest.")
    user_id: str | None
    email: str | None = Field(description="The address in what the identity provider signed, also if it was refused.")
    claimed_email: str | None = Field(
        description="Without `email`: the address that was typed on our page or came as `login_hint`; unverified."
    )
    idp_initiated: bool
    is_test: bool
    checks: list[CheckAnswer]

    @classmethod
    def of(cls, attempt: Attempt) -> AttemptAnswer:
        """Converts an attempt."""
        same = {name: getattr(attempt, name) for name in Attempt.__dataclass_fields__ if name != "checks"}
        checks = [
            CheckAnswer(
                name=check.name,
                passed=check.passed,
                expected=tell_in_english(check.expected),
                received=tell_in_english(check.received),
            )
            for check in attempt.checks
        ]
        return cls(**same, checks=checks)

"""Request and response models of test sign-ins."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.connections.model import LastTest
from chalicelib.connections.testing import ConnectionTestOffer
from chalicelib.http.schemas import RequestModel, ResponseModel
from chalicelib.sign_in_attempts.model import AttemptResult


class ConnectionTestBody(RequestModel):
    """The values to test."""

    of: Literal["pending", "active"] = Field(
        default_factory=lambda: "pending",
        description="Without it the pending values where there are any, else those in force.",
    )


class ConnectionTestAnswer(ResponseModel):
    """A link that starts a test."""

    object: Literal["connection_test"] = "connection_test"
    url: str | None = Field(
        description="Begins the test: once, until it expires, in the browser that opens it first. "
        "Shown once: null when an Idempotency-Key is repeated."
    )
    attempt_id: str = Field(description="The sign-in attempt that the test will end as.")
    expires_at: datetime

    @classmethod
    def of(cls, offer: ConnectionTestOffer) -> ConnectionTestAnswer:
        """Converts an offer."""
        return cls(url=offer.url or None, attempt_id=offer.attempt_id, expires_at=offer.expires_at)


class LastTestAnswer(ResponseModel):
    """The result of the last test."""

    attempt_id: str
    result: AttemptResult
    code: str | None
    created_at: datetime

    @classmethod
    def of(cls, test: LastTest) -> LastTestAnswer:
        """Converts a test result."""
        result = AttemptResult.SUCCEEDED if test.has_passed else AttemptResult.REFUSED
        return cls(attempt_id=test.attempt_id, result=result, code=test.code, created_at=test.created_at)

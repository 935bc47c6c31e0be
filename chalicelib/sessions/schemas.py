"""The response model of a session."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from chalicelib.http.schemas import ResponseModel
from chalicelib.organizations.schemas import OrganizationAnswer
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.signed_in import SignedInSession
from chalicelib.users.schemas import UserAnswer


class SessionAnswer(ResponseModel):
    """The signed-in user and their session."""

    object: Literal["session"] = "session"
    user: UserAnswer
    organization: OrganizationAnswer
    authentication_method: AuthenticationMethod
    connection_id: str | None
    groups: list[str] = Field(
        description="The identity provider's groups of this person, as of this sign-in; none after a password."
    )
    expires_at: datetime

    @classmethod
    def of(cls, signed_in: SignedInSession) -> SessionAnswer:
        """Converts a session."""
        return cls(
            user=UserAnswer.of(signed_in.user, signed_in.organization),
            organization=OrganizationAnswer.of(signed_in.organization),
            authentication_method=signed_in.session.method,
            connection_id=signed_in.session.connection_id,
            groups=list(signed_in.session.groups),
            expires_at=signed_in.session.expires_at,
        )

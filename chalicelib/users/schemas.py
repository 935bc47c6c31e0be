"""Request and response models of users and their one-time links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.http.schemas import Email, RequestModel, ResponseModel, Text
from chalicelib.invitations.model import Link
from chalicelib.organizations.model import Organization
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.users.model import Role, User, UserStatus

Password = Annotated[str, Field(max_length=1024, json_schema_extra={"format": "password", "writeOnly": True})]


class UserCreate(RequestModel):
    """A new user."""

    email: Email
    name: Text | None = None
    role: Role = Role.MEMBER
    password: Password | None = Field(default=None, description="12 to 256 characters.")


class UserChange(RequestModel):
    """Changes of a user; absent fields stay. All but `name` end the user's sessions."""

    email: Email = Field(default_factory=str)
    name: Text | None = None
    role: Role = Field(default_factory=lambda: Role.MEMBER)
    status: UserStatus = Field(default_factory=lambda: UserStatus.ACTIVE)
    password: Password | None = Field(default=None, description="Null takes the password away.")


class UserAnswer(ResponseModel):
    """A user of an organization."""

    id: str
    object: Literal["user"] = "user"
    organization_id: str
    email: str
    name: str | None
    role: Role
    status: UserStatus
    email_verified: bool = Field(
        description="Whether the address is in a verified domain of the organization. Only then does it name a person."
    )
    has_password: bool
    last_sign_in_at: datetime | None
    last_sign_in_method: AuthenticationMethod | None = Field(description="How they signed in last.")
    created_at: datetime

    @classmethod
    def of(cls, user: User, organization: Organization) -> UserAnswer:
        """Converts a user of this organization."""
        return cls(
            id=user.id,
            organization_id=user.organization_id,
            email=user.email,
            name=user.name,
            role=user.role,
            status=user.status,
            email_verified=user.displaced_at is None and organization.vouches_for(user.email),
            has_password=user.password_hash is not None,
            last_sign_in_at=user.last_sign_in_at,
            last_sign_in_method=user.last_sign_in_method,
            created_at=user.created_at,
        )


class InvitationAnswer(ResponseModel):
    """A one-time link for a user, to be emailed by you."""

    id: str
    object: Literal["invitation"] = "invitation"
    organization_id: str
    user_id: str
    url: str | None = Field(description="Shown once: null when an Idempotency-Key is repeated.")
    expires_at: datetime

    @classmethod
    def of(cls, link: Link, url: str | None = None) -> InvitationAnswer:
        """Converts a link."""
        return cls(
            id=link.id,
            organization_id=link.organization_id,
            user_id=link.user_id,
            url=url,
            expires_at=link.expires_at,
        )

"""Users of an organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.sessions.model import AuthenticationMethod


class Role(StrEnum):
    """The role of a user in their organization."""

    ADMIN = "admin"
    MEMBER = "member"


class UserStatus(StrEnum):
    """The status that permits or refuses every sign-in."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class User:
    """A user of one organization.

    Attributes:
        email: canonical (see `users/email_address.py`); unique in the deployment.
        password_hash: argon2id in PHC string format, or None. Never shown, never logged.
        last_sign_in_method: of the last sign-in; None before the first.
        displaced_at: when another organization verified the domain of the user's address, which the user lost by that.
            A displaced user is disabled until they get another address.
        epoch: incremented by every change that must end the user's sessions; a session has the epoch in which it
            started.
        version: incremented by every change of the user except sign-ins.
    """

    id: str
    organization_id: str
    email: str
    role: Role
    status: UserStatus
    created_at: datetime
    name: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    last_sign_in_at: datetime | None = None
    last_sign_in_method: AuthenticationMethod | None = None
    last_password_sign_in_at: datetime | None = None
    displaced_at: datetime | None = None
    epoch: int = 1
    version: int = 1

    @property
    def is_active_admin(self) -> bool:
        """True if this user counts toward the organization's active admins."""
        return self.role is Role.ADMIN and self.status is UserStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """The owner of an email address, with the user data needed to decide a sign-in.

    A copy, written in the same transaction as the user; a write that is based on it must be conditional on `epoch`.
    """

    email: str
    organization_id: str
    user_id: str
    role: Role
    status: UserStatus
    epoch: int

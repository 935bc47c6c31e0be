"""A person of one organization."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.sessions.model import AuthenticationMethod


class Role(StrEnum):
    """What a user may do in their organization."""

    ADMIN = "admin"
    MEMBER = "member"


class UserStatus(StrEnum):
    """Whether the user may sign in at all."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class User:
    """A person of one organization.

    Attributes:
        email: canonical (see `users/email_address.py`); belongs to one user of the deployment.
        password_hash: argon2id in PHC string format, or None. Never shown, never logged.
        last_sign_in_method: how they signed in last; None for somebody who never did.
        displaced_at: when another organization verified the domain of their address, which is not theirs since. Such a
            user is disabled until they get another address.
        epoch: raised by everything that must end the user's sessions; a session carries the epoch it began in.
        version: raised by every change of the user, sign-ins excepted.
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
        """Whether this user counts toward the organization's last active admin."""
        return self.role is Role.ADMIN and self.status is UserStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """What the directory knows of an e-mail address: whose it is, and enough of that user to decide a sign-in.

    A copy, written in the same transaction as the user; whoever acts on it makes the write conditional on `epoch`.
    """

    email: str
    organization_id: str
    user_id: str
    role: Role
    status: UserStatus
    epoch: int

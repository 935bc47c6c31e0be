"""The session of a signed-in user."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chalicelib.organizations.model import Organization
from chalicelib.sessions.model import Session
from chalicelib.users.model import Role, User


@dataclass(frozen=True, slots=True)
class SignedInSession:
    """A valid session with its user, and the secret to which its forms are bound.

    Attributes:
        found: what was read together with it.
    """

    user: User
    organization: Organization
    session: Session
    secret: str = field(repr=False)
    found: tuple[Any, ...] = ()

    @property
    def organization_id(self) -> str:
        """The user's organization."""
        return self.organization.id

    @property
    def is_admin(self) -> bool:
        """The user administers the organization."""
        return self.user.role is Role.ADMIN

    @property
    def is_enterprise(self) -> bool:
        """The organization's plan includes single sign-on."""
        return self.organization.is_enterprise

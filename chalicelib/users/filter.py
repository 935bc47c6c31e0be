"""Filter conditions on users."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.users.model import Role, User, UserStatus


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Conditions that a user must meet; "" and None are no condition.

    Attributes:
        who: a part of the name or of the email address, case-insensitive.
    """

    who: str = ""
    role: Role | None = None
    status: UserStatus | None = None

    def admits(self, user: User) -> bool:
        """Returns True if the user meets all conditions."""
        if self.role is not None and user.role is not self.role:
            return False
        if self.status is not None and user.status is not self.status:
            return False
        wanted = self.who.casefold()
        return wanted in user.email or wanted in (user.name or "").casefold()

    @property
    def is_open(self) -> bool:
        """True if there are no conditions."""
        return self == UserFilter()

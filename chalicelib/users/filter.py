"""Which people somebody looks for."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.users.model import Role, User, UserStatus


@dataclass(frozen=True, slots=True)
class UserFilter:
    """What a user must be; "" and None are no condition.

    Attributes:
        who: a part of the name or of the e-mail address, in any case.
    """

    who: str = ""
    role: Role | None = None
    status: UserStatus | None = None

    def admits(self, user: User) -> bool:
        """Whether the user is wanted."""
        if self.role is not None and user.role is not self.role:
            return False
        if self.status is not None and user.status is not self.status:
            return False
        wanted = self.who.casefold()
        return wanted in user.email or wanted in (user.name or "").casefold()

    @property
    def is_open(self) -> bool:
        """Whether everybody is wanted."""
        return self == UserFilter()

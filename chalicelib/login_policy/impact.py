"""Calculates whom a login policy binds, and which admins can still sign in when single sign-on fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.events import organization_event
from chalicelib.audit_log.model import Action
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import end_all_sessions
from chalicelib.users.model import User, UserStatus
from chalicelib.users.store import users_of

_MAX_PAGES: Final = 10
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class PolicyImpact:
    """The users affected by a policy.

    Attributes:
        members: the number of active members.
        with_password: how many of them have a password.
        admins: the active admins, oldest first.
        exempt: exempt users who are not active admins.
        is_all: False if the organization has more users than were counted.
    """

    members: int
    with_password: int
    admins: tuple[User, ...]
    exempt: tuple[User, ...]
    is_all: bool

    @property
    def admins_with_password(self) -> tuple[User, ...]:
        """The admins who have a password."""
        return tuple(admin for admin in self.admins if admin.password_hash is not None)


@dataclass(frozen=True, slots=True)
class PolicyImpacts:
    """Calculates the impact of policies, and signs all users out."""

    table: AuditedTable

    def of(self, organization: Organization) -> PolicyImpact:
        """Counts the newest thousand users of the organization.

        Raises:
            Unavailable: the store did not answer.
        """
        people: list[User] = []
        after: str | None = None
        for _ in range(_MAX_PAGES):
            page = self.table.page(users_of(organization.id), limit=_PAGE, after=after)
            people += page.values
            after = page.after
            if after is None:
                break
        admins = tuple(person for person in reversed(people) if person.is_active_admin)
        members = [p for p in people if not p.is_active_admin and p.status is UserStatus.ACTIVE]
        exempt = set(organization.policy.exempt_user_ids) - {admin.id for admin in admins}
        return PolicyImpact(
            members=len(members),
            with_password=sum(member.password_hash is not None for member in members),
            admins=admins,
            exempt=tuple(person for person in people if person.id in exempt),
            is_all=after is None,
        )

    def sign_out_all_users(self, organization: Organization, now: datetime) -> None:
        """Ends every session of the organization, in one write.

        Raises:
            NotFound: the organization was deleted.
            Unavailable: the store did not answer; no session was ended.
        """
        event = organization_event(Action.ORGANIZATION_SIGNED_OUT, organization)
        self.table.commit([event], end_all_sessions(organization.id, now), now=now)

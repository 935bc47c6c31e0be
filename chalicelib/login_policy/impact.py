"""Whom a login policy binds, and who can still let the organization in when single sign-on fails."""

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
    """The people whom a policy is about.

    Attributes:
        members: how many active members there are.
        with_password: how many of them have a password.
        admins: the active admins, oldest first.
        exempt: exempt users who are no active admins.
        is_all: False where the organization has more people than were counted.
    """

    members: int
    with_password: int
    admins: tuple[User, ...]
    exempt: tuple[User, ...]
    is_all: bool

    @property
    def admins_with_password(self) -> tuple[User, ...]:
        """Those who have one."""
        return tuple(admin for admin in self.admins if admin.password_hash is not None)


@dataclass(frozen=True, slots=True)
class PolicyImpacts:
    """Counts people, and signs them out."""

    table: AuditedTable

    def of(self, organization: Organization) -> PolicyImpact:
        """The newest thousand people of the organization, counted.

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

    def sign_everybody_out(self, organization: Organization, now: datetime) -> None:
        """End every session of the organization, in one write.

        Raises:
            NotFound: the organization has gone.
            Unavailable: the store did not answer; nobody was signed out.
        """
        event = organization_event(Action.ORGANIZATION_SIGNED_OUT, organization)
        self.table.commit([event], end_all_sessions(organization.id, now), now=now)

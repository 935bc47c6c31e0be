"""Calculates whom a login policy binds, and which admins can still sign in when single sign-on fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action
from chalicelib.organizations.events import organization_event
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import end_all_sessions
from chalicelib.users.admins import admin_ids
from chalicelib.users.model import User, UserStatus
from chalicelib.users.store import user_lookup, users_of

_COUNTED: Final = 100
"""An organization with more users is not counted; its admins are found by their markers."""
_MAX_OFFERED: Final = 20
_MAX_ADMINS: Final = 50
"""Together with the exempt users (`MAX_EXEMPT`) one batch of reads."""


@dataclass(frozen=True, slots=True)
class PolicyImpact:
    """The users affected by a policy.

    Attributes:
        members: the number of active members, at least.
        admins: the active admins, oldest first; the oldest 50 of a large organization.
        choices: the users whom the page offers to exempt: the oldest 20 admins, and everyone who is exempt.
        is_all: False if the organization has more users than were counted.
        has_all_admins: False if it has more admins than `admins`.
    """

    members: int
    admins: tuple[User, ...]
    choices: tuple[User, ...]
    is_all: bool
    has_all_admins: bool

    @property
    def admins_with_password(self) -> tuple[User, ...]:
        """The admins who have a password."""
        return tuple(admin for admin in self.admins if admin.password_hash is not None)


@dataclass(frozen=True, slots=True)
class PolicyImpacts:
    """Calculates the impact of policies, and signs all users out."""

    table: AuditedTable

    def of(self, organization: Organization) -> PolicyImpact:
        """Returns the users of a small organization, or the admins and exempt users of a large one: at most three
        calls, however many users there are.

        Raises:
            Unavailable: the store did not answer.
        """
        newest = self.table.page(users_of(organization.id), limit=_COUNTED)
        is_all = newest.after is None
        people = tuple(reversed(newest.values)) if is_all else self._admins_and_exempt(organization)
        admins = tuple(person for person in people if person.is_active_admin)
        offered = {admin.id for admin in admins[:_MAX_OFFERED]} | {*organization.policy.exempt_user_ids}
        listed = (*admins, *(person for person in people if not person.is_active_admin))
        members = [p for p in newest.values if not p.is_active_admin and p.status is UserStatus.ACTIVE]
        return PolicyImpact(
            members=len(members),
            admins=admins,
            choices=tuple(person for person in listed if person.id in offered),
            is_all=is_all,
            has_all_admins=is_all or len(admins) >= organization.active_admins,
        )

    def _admins_and_exempt(self, organization: Organization) -> tuple[User, ...]:
        """Returns the oldest admins, then the exempt users who are not among them."""
        ids = admin_ids(self.table, organization, limit=_MAX_ADMINS)
        wanted = dict.fromkeys([*ids, *organization.policy.exempt_user_ids])
        found = self.table.read_all([user_lookup(organization.id, user_id) for user_id in wanted])
        return tuple(user for user in found if user is not None)

    def sign_out_all_users(self, organization: Organization, now: datetime) -> None:
        """Ends every session of the organization, in one write.

        Raises:
            NotFound: the organization was deleted.
            Unavailable: the store did not answer; no session was ended.
        """
        event = organization_event(Action.ORGANIZATION_SIGNED_OUT, organization)
        self.table.commit([event], end_all_sessions(organization.id, now), now=now)

"""Decides the permitted sign-in methods of a user, in one pure function for the API and the browser flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from chalicelib.connections.model import ConnectionStatus
from chalicelib.users.model import Role, User, UserStatus

if TYPE_CHECKING:
    from chalicelib.organizations.model import ConnectionSummary, Organization

BREAK_GLASS: Final = timedelta(days=90)

Method = Literal["password", "sso"]


class Mode(StrEnum):
    """How an organization uses single sign-on."""

    PASSWORD = "password"  # noqa: S105
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """An organization's login policy. `mode` is None until one is set; then the default applies (see
    `Organization.mode`)."""

    mode: Mode | None = None
    required_for_admins: bool = False
    exempt_user_ids: tuple[str, ...] = ()


class Reason(StrEnum):
    """The reasons in the contract's table, in its order."""

    USER_DISABLED = "user_disabled"
    UNKNOWN_USER = "unknown_user"
    SSO_NOT_IN_PLAN = "sso_not_in_plan"
    SSO_NOT_CONFIGURED = "sso_not_configured"
    SSO_DISABLED = "sso_disabled"
    SSO_NOT_PROVEN = "sso_not_proven"
    SSO_OPTIONAL = "sso_optional"
    EXEMPT = "exempt"
    ADMIN_MAY_CHOOSE = "admin_may_choose"
    SSO_REQUIRED = "sso_required"


_METHODS: Final[dict[Reason, tuple[Method, ...]]] = {
    Reason.USER_DISABLED: (),
    Reason.UNKNOWN_USER: ("password",),
    Reason.SSO_NOT_IN_PLAN: ("password",),
    Reason.SSO_NOT_CONFIGURED: ("password",),
    Reason.SSO_DISABLED: ("password",),
    Reason.SSO_NOT_PROVEN: ("password", "sso"),
    Reason.SSO_OPTIONAL: ("password", "sso"),
    Reason.EXEMPT: ("password", "sso"),
    Reason.ADMIN_MAY_CHOOSE: ("password", "sso"),
    Reason.SSO_REQUIRED: ("sso",),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The sign-in methods permitted to one user.

    Attributes:
        connection_id: the connection that `sso` uses; None if `sso` is not permitted.
    """

    reason: Reason
    connection_id: str | None = None

    @property
    def methods(self) -> tuple[Method, ...]:
        """The permitted methods, regardless of whether a password is set."""
        return _METHODS[self.reason]

    @property
    def sso_required(self) -> bool:
        """True if single sign-on is the only permitted method."""
        return self.reason is Reason.SSO_REQUIRED


def decide(organization: Organization | None, user: User | None) -> Decision:
    """Returns the decision of the first matching row of the contract's table.

    Args:
        organization: the user's own, or the one that verified the address's domain; None if there is neither.
        user: the stored user; None for an unknown address, which is treated as a member if a sign-in would create the
            user.
    """
    if user is not None and user.status is UserStatus.DISABLED:
        return Decision(Reason.USER_DISABLED)
    if organization is None or (user is None and not _would_create(organization)):
        return Decision(Reason.UNKNOWN_USER)
    return _decide_within(organization, user)


def offered_methods(organization: Organization | None) -> Decision:
    """Returns the methods that the sign-in page offers for all addresses in an organization's verified domain.

    They depend on the domain only, never on the user. Otherwise the page would reveal which addresses have an account,
    are admins or are exempt.

    Args:
        organization: the one that verified the domain; None if none has.
    """
    return Decision(Reason.UNKNOWN_USER) if organization is None else _decide_within(organization, None)


def _decide_within(organization: Organization, user: User | None) -> Decision:
    if not organization.is_enterprise:
        return Decision(Reason.SSO_NOT_IN_PLAN)
    chosen = sign_in_connection(organization)
    if chosen is None:
        configured = any(c.status is not ConnectionStatus.DRAFT for c in organization.connections)
        return Decision(Reason.SSO_DISABLED if configured else Reason.SSO_NOT_CONFIGURED)
    if organization.mode is Mode.PASSWORD:
        return Decision(Reason.SSO_DISABLED)
    return Decision(_decide_with_sso(organization, user, chosen), chosen.id)


def _decide_with_sso(organization: Organization, user: User | None, chosen: ConnectionSummary) -> Reason:
    policy = organization.policy
    if chosen.status is not ConnectionStatus.ACTIVE:
        return Reason.SSO_NOT_PROVEN
    if organization.mode is Mode.OPTIONAL:
        return Reason.SSO_OPTIONAL
    if user is not None and user.id in policy.exempt_user_ids:
        return Reason.EXEMPT
    if user is not None and user.role is Role.ADMIN and not policy.required_for_admins:
        return Reason.ADMIN_MAY_CHOOSE
    return Reason.SSO_REQUIRED


def binds_members(organization: Organization) -> bool:
    """Returns True if single sign-on is required for members."""
    chosen = sign_in_connection(organization)
    is_active = chosen is not None and chosen.status is ConnectionStatus.ACTIVE
    return organization.is_enterprise and is_active and organization.mode is Mode.REQUIRED


def is_break_glass(user: User, now: datetime) -> bool:
    """Returns True if this exempt user can sign in when single sign-on fails: an active admin who recently signed in
    with their password."""
    signed_in = user.last_password_sign_in_at
    if not user.is_active_admin or user.password_hash is None or signed_in is None:
        return False
    return now - signed_in <= BREAK_GLASS


def sign_in_connection(organization: Organization) -> ConnectionSummary | None:
    """Returns the connection that sign-in by email uses: the oldest active one, or else the oldest ready one."""
    for status in (ConnectionStatus.ACTIVE, ConnectionStatus.READY):
        candidates = [c for c in organization.connections if c.status is status]
        if candidates:
            return min(candidates, key=lambda c: c.id)
    return None


def _would_create(organization: Organization) -> bool:
    """Returns True if a sign-in would create a user for an unknown address in a verified domain."""
    chosen = sign_in_connection(organization)
    return chosen is not None and chosen.status is ConnectionStatus.ACTIVE and chosen.jit_provisioning

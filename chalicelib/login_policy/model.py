"""Who may sign in how: one pure function, used by the API and by the browser flow alike."""

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
    """An organization's choice. `mode` None: never chosen, so the default holds (see `Organization.mode`)."""

    mode: Mode | None = None
    required_for_admins: bool = False
    exempt_user_ids: tuple[str, ...] = ()


class Reason(StrEnum):
    """The rows of the contract's table, in its order."""

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
    """What the policy allows one person.

    Attributes:
        connection_id: where `sso` would go; None where `sso` is not allowed.
    """

    reason: Reason
    connection_id: str | None = None

    @property
    def methods(self) -> tuple[Method, ...]:
        """What is allowed; not whether a password is set."""
        return _METHODS[self.reason]

    @property
    def sso_required(self) -> bool:
        """Whether single sign-on is the only way."""
        return self.reason is Reason.SSO_REQUIRED


def decide(organization: Organization | None, user: User | None) -> Decision:
    """The first row of the contract's table that fits.

    Args:
        organization: the person's own, or the one that verified their address's domain; None if there is neither.
        user: the stored user; None for an address without one, who is then judged as a member if the organization
            would create them at sign-in.
    """
    if user is not None and user.status is UserStatus.DISABLED:
        return Decision(Reason.USER_DISABLED)
    if organization is None or (user is None and not _would_create(organization)):
        return Decision(Reason.UNKNOWN_USER)
    return _within(organization, user)


def offered_methods(organization: Organization | None) -> Decision:
    """What the sign-in page offers everybody whose address is in an organization's verified domain.

    It depends on the domain alone and never on the person: else the page would tell who has an account, who is an
    admin and who is exempt.

    Args:
        organization: the one that verified the domain; None if none has.
    """
    return Decision(Reason.UNKNOWN_USER) if organization is None else _within(organization, None)


def _within(organization: Organization, user: User | None) -> Decision:
    if not organization.is_enterprise:
        return Decision(Reason.SSO_NOT_IN_PLAN)
    chosen = sign_in_connection(organization)
    if chosen is None:
        configured = any(c.status is not ConnectionStatus.DRAFT for c in organization.connections)
        return Decision(Reason.SSO_DISABLED if configured else Reason.SSO_NOT_CONFIGURED)
    if organization.mode is Mode.PASSWORD:
        return Decision(Reason.SSO_DISABLED)
    return Decision(_with_sso(organization, user, chosen), chosen.id)


def _with_sso(organization: Organization, user: User | None, chosen: ConnectionSummary) -> Reason:
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
    """Whether somebody has to use single sign-on."""
    chosen = sign_in_connection(organization)
    is_active = chosen is not None and chosen.status is ConnectionStatus.ACTIVE
    return organization.is_enterprise and is_active and organization.mode is Mode.REQUIRED


def is_break_glass(user: User, now: datetime) -> bool:
    """Whether this exempt user can let the organization in when single sign-on fails: an active admin who has proven
    lately that their password works."""
    signed_in = user.last_password_sign_in_at
    if not user.is_active_admin or user.password_hash is None or signed_in is None:
        return False
    return now - signed_in <= BREAK_GLASS


def sign_in_connection(organization: Organization) -> ConnectionSummary | None:
    """The connection that sign-in by e-mail uses: the oldest active one, else the oldest ready one."""
    for status in (ConnectionStatus.ACTIVE, ConnectionStatus.READY):
        fitting = [c for c in organization.connections if c.status is status]
        if fitting:
            return min(fitting, key=lambda c: c.id)
    return None


def _would_create(organization: Organization) -> bool:
    """Whether an unknown address of a verified domain would get a user at sign-in."""
    chosen = sign_in_connection(organization)
    return chosen is not None and chosen.status is ConnectionStatus.ACTIVE and chosen.jit_provisioning

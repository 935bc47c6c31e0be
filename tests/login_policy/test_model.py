"""The login policy: every row of the contract's table, over every combination."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from chalicelib.connections.model import ConnectionStatus
from chalicelib.login_policy.model import (
    Decision,
    LoginPolicy,
    Mode,
    Reason,
    binds_members,
    decide,
    is_break_glass,
    offered_methods,
    sign_in_connection,
)
from chalicelib.organizations.model import ConnectionSummary, Organization, Plan
from chalicelib.users.model import Role, User, UserStatus

NOW = datetime(2026, 11, 23, tzinfo=UTC)
USER = User("usr_1", "org_1", "ada@acme.test", Role.MEMBER, UserStatus.ACTIVE, NOW)
STATUSES: tuple[tuple[ConnectionStatus, ...], ...] = (
    (),
    (ConnectionStatus.DRAFT,),
    (ConnectionStatus.DISABLED,),
    (ConnectionStatus.READY,),
    (ConnectionStatus.ACTIVE,),
    (ConnectionStatus.DRAFT, ConnectionStatus.DISABLED),
    (ConnectionStatus.READY, ConnectionStatus.ACTIVE),
    (ConnectionStatus.DISABLED, ConnectionStatus.READY),
)
PEOPLE = [
    None,
    *(replace(USER, role=role, status=status) for role, status in product(Role, UserStatus)),
]


def organization(
    *statuses: ConnectionStatus,
    plan: Plan = Plan.ENTERPRISE,
    policy: LoginPolicy | None = None,
    jit: bool = True,
) -> Organization:
    """An organization with connections of these statuses, the oldest first."""
    connections = tuple(ConnectionSummary(f"conn_{n}", status, jit, 1) for n, status in enumerate(statuses))
    return Organization("org_1", "Acme", plan, NOW, NOW, policy=policy or LoginPolicy(), connections=connections)


def by_the_contract(found: Organization, user: User | None, *, exempt: bool) -> Reason:
    """The contract's table once more, row by row, in its own words."""
    statuses = {c.status for c in found.connections}
    jit = all(c.jit_provisioning for c in found.connections)
    if user is not None and user.status is UserStatus.DISABLED:
        return Reason.USER_DISABLED
    if user is None and not (ConnectionStatus.ACTIVE in statuses and jit):
        return Reason.UNKNOWN_USER
    if found.plan is not Plan.ENTERPRISE:
        return Reason.SSO_NOT_IN_PLAN
    if statuses <= {ConnectionStatus.DRAFT}:
        return Reason.SSO_NOT_CONFIGURED
    if found.policy.mode is Mode.PASSWORD or not statuses & {ConnectionStatus.READY, ConnectionStatus.ACTIVE}:
        return Reason.SSO_DISABLED
    if ConnectionStatus.ACTIVE not in statuses:
        return Reason.SSO_NOT_PROVEN
    if found.policy.mode is Mode.OPTIONAL:
        return Reason.SSO_OPTIONAL
    if exempt and user is not None:
        return Reason.EXEMPT
    if user is not None and user.role is Role.ADMIN and not found.policy.required_for_admins:
        return Reason.ADMIN_MAY_CHOOSE
    return Reason.SSO_REQUIRED


@pytest.mark.parametrize("user", PEOPLE, ids=lambda u: "unknown" if u is None else f"{u.role}-{u.status}")
@pytest.mark.parametrize("statuses", STATUSES, ids=lambda s: "+".join(s) or "none")
def test_the_first_row_that_fits_decides(statuses: tuple[ConnectionStatus, ...], user: User | None) -> None:
    for plan, mode, for_admins, exempt, jit in product(
        Plan, (None, *Mode), (False, True), (False, True), (False, True)
    ):
        policy = LoginPolicy(mode, for_admins, (USER.id,) if exempt else ("usr_other",))
        found = organization(*statuses, plan=plan, policy=policy, jit=jit)
        assert decide(found, user).reason is by_the_contract(found, user, exempt=exempt), (plan, policy, jit)


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_allows_what_the_contract_says(reason: Reason) -> None:
    both = {Reason.SSO_NOT_PROVEN, Reason.SSO_OPTIONAL, Reason.EXEMPT, Reason.ADMIN_MAY_CHOOSE}
    expected: tuple[str, ...] = ("password", "sso") if reason in both else ("password",)
    expected = {Reason.USER_DISABLED: (), Reason.SSO_REQUIRED: ("sso",)}.get(reason, expected)
    assert Decision(reason).methods == expected
    assert Decision(reason).sso_required is (reason is Reason.SSO_REQUIRED)


def test_an_address_without_an_account_is_unknown() -> None:
    assert decide(None, None) == Decision(Reason.UNKNOWN_USER)


def test_sign_in_goes_to_the_oldest_active_connection_else_to_the_oldest_ready_one() -> None:
    ready, active, draft = ConnectionStatus.READY, ConnectionStatus.ACTIVE, ConnectionStatus.DRAFT
    for statuses, expected in (
        ((draft, ready, active, active), "conn_2"),
        ((ready, active), "conn_1"),
        ((draft, ready, ready), "conn_1"),
    ):
        chosen = sign_in_connection(organization(*statuses))
        assert chosen is not None
        assert chosen.id == expected
        assert decide(organization(*statuses), USER).connection_id == expected
    assert sign_in_connection(organization(draft, ConnectionStatus.DISABLED)) is None


def test_no_address_is_given_where_sso_is_not_allowed() -> None:
    for plan, mode in ((Plan.STANDARD, None), (Plan.ENTERPRISE, Mode.PASSWORD)):
        found = organization(ConnectionStatus.ACTIVE, plan=plan, policy=LoginPolicy(mode))
        assert decide(found, USER).connection_id is None


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"last_password_sign_in_at": NOW - timedelta(days=90)}, True),
        ({"last_password_sign_in_at": NOW - timedelta(days=90, seconds=1)}, False),
        ({"last_password_sign_in_at": None}, False),
        ({"password_hash": None}, False),
        ({"role": Role.MEMBER}, False),
        ({"status": UserStatus.DISABLED}, False),
    ],
)
def test_a_way_back_in_is_an_active_admin_whose_password_worked_lately(
    changes: dict[str, object], counts: bool
) -> None:
    root = replace(USER, role=Role.ADMIN, password_hash="hash", last_password_sign_in_at=NOW)
    assert is_break_glass(replace(root, **changes), NOW) is counts  # type: ignore[arg-type]


@pytest.mark.parametrize("for_admins", [True, False])
def test_all_addresses_of_a_domain_are_offered_the_methods_of_a_member(for_admins: bool) -> None:
    policy = LoginPolicy(required_for_admins=for_admins, exempt_user_ids=(USER.id,))
    assert offered_methods(organization(ConnectionStatus.ACTIVE, policy=policy, jit=False)) == Decision(
        Reason.SSO_REQUIRED, "conn_0"
    )


def test_an_address_of_no_organization_is_offered_a_password() -> None:
    assert offered_methods(None) == Decision(Reason.UNKNOWN_USER)


def test_by_default_no_user_is_exempt_and_admins_may_choose() -> None:
    assert LoginPolicy() == LoginPolicy(None, required_for_admins=False, exempt_user_ids=())


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("plan", Plan)
@pytest.mark.parametrize("statuses", STATUSES)
def test_members_are_bound_where_one_without_exemption_would_have_to_use_single_sign_on(
    statuses: tuple[ConnectionStatus, ...], plan: Plan, mode: Mode
) -> None:
    found = organization(*statuses, plan=plan, policy=LoginPolicy(mode))
    assert binds_members(found) is (decide(found, USER).reason is Reason.SSO_REQUIRED)

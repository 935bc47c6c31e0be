"""Rules that concern several items hold although a rival acts between any two calls to AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from chalicelib.connections.service import MAX_CONNECTIONS
from chalicelib.errors import SsoError
from chalicelib.identifier import new_id
from chalicelib.login_policy.model import is_break_glass
from chalicelib.organizations.store import count_admins
from chalicelib.users.model import Role, User
from tests.faults.scene import OperationFixture, scenes
from tests.support.api import Reply
from tests.support.aws_faults import in_between
from tests.support.consistency import contradictions
from tests.support.setup_session import new_setup_link

Act = Callable[[OperationFixture], object]


def _patch(number: int, **values: object) -> Act:
    def act(there: OperationFixture) -> Reply:
        return there.api("PATCH", f"{there.path}/users/{_break_glass_admins(there)[number]}", values)

    return act


def _remove(number: int) -> Act:
    return lambda there: there.api("DELETE", f"{there.path}/users/{_break_glass_admins(there)[number]}")


def _require(*numbers: int) -> Act:
    """Bind admins too, with these for break-glass admins; in a browser that read the policy before."""

    def act(there: OperationFixture) -> Reply:
        exempt = [_break_glass_admins(there)[number] for number in numbers]
        body = {"mode": "required", "required_for_admins": True, "exempt_user_ids": exempt}
        etag = there.api("GET", f"{there.path}/login-policy").etag
        return there.api("PUT", f"{there.path}/login-policy", body, if_match=etag)

    return act


def _break_glass_admins(there: OperationFixture) -> list[str]:
    """The two break-glass admins."""
    table = there.deployment.container.users
    return [user.id for user in table.page(there.acme.id, limit=100).values if user.email.startswith("exempt")]


def _with_break_glass_admins(there: OperationFixture) -> OperationFixture:
    for name in ("exempt-a", "exempt-b"):
        exempt: User = there.deployment.user(
            there.acme, f"{name}@acme.test", Role.ADMIN, last_password_sign_in_at=there.deployment.now
        )
        there.deployment.container.table.write(count_admins(there.acme.id, 1))
        assert is_break_glass(exempt, there.deployment.now)
    return there


LOSSES: Final[dict[str, Callable[[int], Act]]] = {
    "demotes": lambda number: _patch(number, role="member"),
    "disables": lambda number: _patch(number, status="disabled"),
    "takes the password of": lambda number: _patch(number, password=None),
    "removes": _remove,
}


@contextmanager
def _interleaved(
    anew: Callable[[], OperationFixture], prepare: Act, ours: Act, rival: Act
) -> Iterator[list[OperationFixture]]:
    """Every scene in which the rival acted just before one call of ours."""
    found: list[OperationFixture] = []
    number = 0
    while True:
        number += 1
        there = _with_break_glass_admins(anew())
        assert getattr(prepare(there), "status", 200) == 200
        with in_between(there.deployment, number, lambda: rival(there)) as calls:  # noqa: B023
            outcome = ours(there)
        if calls.struck is None:
            break
        assert not isinstance(outcome, Reply) or outcome.status < 500, (number, calls.struck, outcome)
        assert contradictions(there.deployment) == []
        _require_break_glass_admin(there, f"before call {number}, {calls.struck}")
        found.append(there)
    yield found


def _require_break_glass_admin(there: OperationFixture, where: str) -> None:
    organization = there.organization
    assert organization is not None
    if organization.policy.required_for_admins:
        users = there.deployment.container.users.page(there.acme.id, limit=100).values
        exempt = [user for user in users if user.id in organization.policy.exempt_user_ids]
        assert any(is_break_glass(user, there.deployment.now) for user in exempt), where


@pytest.mark.parametrize("ours", LOSSES)
@pytest.mark.parametrize("rival", ["demotes", "removes"])
def test_two_break_glass_admins_are_never_lost_at_once(ours: str, rival: str) -> None:
    with scenes() as anew, _interleaved(anew, _require(0, 1), LOSSES[ours](0), LOSSES[rival](1)) as found:
        assert len(found) > 3


@pytest.mark.parametrize("loss", LOSSES)
def test_a_policy_never_rests_on_an_admin_who_is_lost_meanwhile(loss: str) -> None:
    with scenes() as anew:
        with _interleaved(anew, lambda _there: None, _require(0), LOSSES[loss](0)) as found:
            assert len(found) > 3
        with _interleaved(anew, lambda _there: None, LOSSES[loss](0), _require(0)) as found:
            assert len(found) > 3


def _create(there: OperationFixture) -> Reply:
    return there.api("POST", f"{there.path}/connections", {"name": "one more"})


def _open_link(there: OperationFixture) -> str | None:
    """A guest opens a setup link that makes a draft; the code of a refusal."""
    code = str(new_setup_link(there.deployment, there.acme).url).rpartition("/")[2]
    try:
        there.deployment.container.setup_sessions.open(code, "192.0.2.1", there.deployment.now)
    except SsoError as error:
        return error.code
    return None


def _fill(there: OperationFixture) -> OperationFixture:
    organization = there.organization
    assert organization is not None
    for _ in range(MAX_CONNECTIONS - 1 - len(organization.connections)):
        there.deployment.connection(
            there.acme, proven=False, certificates=(), id=new_id("conn", now=there.deployment.now)
        )
    return there


@pytest.mark.parametrize("ours", [_create, _open_link])
@pytest.mark.parametrize("rival", [_create, _open_link])
def test_an_organization_never_gets_more_connections_than_it_may(ours: Act, rival: Act) -> None:
    with scenes() as anew:
        number = 0
        while True:
            number += 1
            there = _fill(anew())
            with in_between(there.deployment, number, lambda: rival(there)) as calls:  # noqa: B023
                outcome = ours(there)
            if calls.struck is None:
                break
            code = outcome.code if isinstance(outcome, Reply) and outcome.status != 201 else outcome
            assert code in (None, "connection_limit") or (isinstance(outcome, Reply) and outcome.status == 201)
            organization = there.organization
            assert organization is not None
            assert len(organization.connections) == MAX_CONNECTIONS, f"before call {number}, {calls.struck}"
    assert number > 3

"""Markers of active admins: each change of a user keeps them, in its own transaction."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import admin_ids_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme

Change = Callable[[Deployment, User], object]


def _change(**changes: object) -> Change:
    return lambda at, user: at.container.users.change(user.organization_id, user.id, changes, at.now)  # type: ignore[arg-type]


def _delete(at: Deployment, user: User) -> None:
    at.container.users.delete(user.organization_id, user.id, at.now)


ENDS: dict[str, Change] = {
    "demoted": _change(role=Role.MEMBER),
    "disabled": _change(status=UserStatus.DISABLED),
    "deleted": _delete,
}
KEEPS: dict[str, Change] = {
    "renamed": _change(name="Dana"),
    "given another address": _change(email="dana@acme.test"),
    "disabled and enabled": lambda at, user: [
        _change(status=UserStatus.DISABLED)(at, user),
        _change(status=UserStatus.ACTIVE)(at, user),
    ],
}


def _marked(at: Deployment, organization: Organization) -> list[str]:
    return list(at.container.table.page_forward(admin_ids_of(organization.id), limit=10).values)


@pytest.fixture
def two(deployment: Deployment, acme: Organization) -> list[User]:
    """Two admins, of whom one may go, and a member."""
    users = deployment.container.users
    made = []
    for name, role in (("one", Role.ADMIN), ("two", Role.ADMIN), ("member", Role.MEMBER)):
        deployment.later(seconds=1)
        made.append(users.create(organization_id=acme.id, email=f"{name}@acme.test", role=role, now=deployment.now))
    return made


@pytest.mark.parametrize("how", ENDS)
def test_an_admin_who_is_no_longer_active_loses_the_marker(
    deployment: Deployment, acme: Organization, two: list[User], how: str
) -> None:
    assert _marked(deployment, acme) == [two[0].id, two[1].id]
    ENDS[how](deployment, two[0])
    assert _marked(deployment, acme) == [two[1].id]


@pytest.mark.parametrize("how", KEEPS)
def test_an_admin_who_stays_active_keeps_the_marker(
    deployment: Deployment, acme: Organization, two: list[User], how: str
) -> None:
    KEEPS[how](deployment, two[0])
    assert _marked(deployment, acme) == [two[0].id, two[1].id]


def test_a_member_who_becomes_an_admin_is_marked(deployment: Deployment, acme: Organization, two: list[User]) -> None:
    _change(role=Role.ADMIN)(deployment, two[2])
    assert _marked(deployment, acme) == [user.id for user in two]

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.users.filter import UserFilter
from chalicelib.users.model import Role, User, UserStatus

ADA = User(
    id="usr_x",
    organization_id="org_x",
    email="ada@acme.test",
    role=Role.ADMIN,
    status=UserStatus.ACTIVE,
    created_at=datetime(2026, 11, 23, tzinfo=UTC),
    name="Ada Straße",
)


@pytest.mark.parametrize(
    "wanted",
    [
        UserFilter(),
        UserFilter(who="ADA@"),
        UserFilter(who="STRASSE"),
        UserFilter(role=Role.ADMIN, status=UserStatus.ACTIVE),
    ],
)
def test_a_part_of_name_or_address_is_enough_in_any_case(wanted: UserFilter) -> None:
    assert wanted.admits(ADA)


@pytest.mark.parametrize(
    "wanted",
    [UserFilter(who="bob"), UserFilter(who="ada", role=Role.MEMBER), UserFilter(status=UserStatus.DISABLED)],
)
def test_one_condition_that_fails_is_enough(wanted: UserFilter) -> None:
    assert not wanted.admits(ADA)
    assert not wanted.is_open

"""Sessions end with their connection, and no sign-in begins on another plan."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.domain.organization import Plan
from chalicelib.domain.session import AuthenticationMethod
from chalicelib.errors import NotSignedIn, SignInRefused
from chalicelib.services.sessions import new_session
from tests.deployment import Deployment, deployed
from tests.round_trip import Idp, identity_provider


@pytest.fixture
def house() -> Iterator[Deployment]:
    with deployed() as made:
        yield made


@pytest.fixture
def idp(house: Deployment) -> Idp:
    return identity_provider(house)


def is_signed_in(house: Deployment, cookie: str) -> bool:
    try:
        house.container.sessions.find(cookie, house.now)
    except NotSignedIn:
        return False
    return True


def test_disabling_a_connection_ends_its_sessions_and_enabling_it_brings_none_back(house: Deployment, idp: Idp) -> None:
    configurations, cookie = house.container.configurations, idp.sign_in().session.cookie
    assert is_signed_in(house, cookie)
    house.later(seconds=1)
    configurations.disable(idp.organization.id, idp.connection.id, house.now)
    assert not is_signed_in(house, cookie)
    house.later(seconds=1)
    configurations.enable(idp.organization.id, idp.connection.id, house.now)
    assert not is_signed_in(house, cookie)
    house.later(seconds=1)
    assert is_signed_in(house, idp.sign_in().session.cookie)


def test_deleting_a_connection_ends_its_sessions(house: Deployment, idp: Idp) -> None:
    cookie = idp.sign_in().session.cookie
    house.container.configurations.delete(idp.organization.id, idp.connection.id, idp.stored().version, house.now)
    assert not is_signed_in(house, cookie)


def test_other_sessions_of_the_organization_go_on(house: Deployment, idp: Idp) -> None:
    other = identity_provider(house, idp.organization, identity_provider_issuer="https://other.test")
    by_password = new_session(
        house.user(idp.organization, "p@acme.test"), AuthenticationMethod.PASSWORD, house.now, organization="Acme"
    )
    house.container.table.write(by_password.write)
    house.container.configurations.disable(idp.organization.id, other.connection.id, house.now)
    assert is_signed_in(house, by_password.cookie)
    assert is_signed_in(house, idp.sign_in().session.cookie)


def test_a_session_is_still_found_in_one_call(house: Deployment, idp: Idp) -> None:
    cookie = idp.sign_in().session.cookie
    house.calls.clear()
    assert is_signed_in(house, cookie)
    assert house.calls == ["BatchGetItem"]


def starts(idp: Idp) -> str:
    try:
        idp.start()
    except SignInRefused as refused:
        return refused.code
    return "started"


def test_on_another_plan_no_sign_in_begins_and_no_test_link_works(house: Deployment, idp: Idp) -> None:
    organizations, offer = house.container.organizations, house.container.connection_tests
    link = offer.offer(idp.connection, house.now).url.rpartition("/")[2]
    assert starts(idp) == "started"
    organizations.change(idp.organization.id, {"plan": Plan.STANDARD}, house.now)
    assert starts(idp) == "enterprise_plan_required"
    with pytest.raises(SignInRefused):
        offer.begin(idp.connection.id, link, {}, house.now)
    organizations.change(idp.organization.id, {"plan": Plan.ENTERPRISE}, house.now)
    assert starts(idp) == "started"


def test_the_plan_costs_the_start_no_call(house: Deployment, idp: Idp) -> None:
    idp.start()
    house.restart()
    house.container.keys.load(house.now)
    house.calls.clear()
    idp.start()
    assert house.calls == ["BatchGetItem"]
    idp.start()
    assert house.calls == ["BatchGetItem"]


def test_saving_a_connection_does_not_bring_the_plan_back(house: Deployment, idp: Idp) -> None:
    configurations, organizations = house.container.configurations, house.container.organizations
    before = configurations.get(idp.organization.id, idp.connection.id)
    organizations.change(idp.organization.id, {"plan": Plan.STANDARD}, house.now)
    configurations._saved(before, {"name": "Renamed"}, house.now)
    assert not idp.stored().in_plan

"""Sessions end with their connection, and no sign-in begins on another plan."""

from __future__ import annotations

import pytest

from chalicelib.errors import NotSignedIn, SignInRefused
from chalicelib.organizations.model import Plan
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import new_session
from tests.support.deployment import Deployment
from tests.support.round_trip import Idp, identity_provider


def is_signed_in(deployment: Deployment, cookie: str) -> bool:
    try:
        deployment.container.sessions.find(cookie, deployment.now)
    except NotSignedIn:
        return False
    return True


def test_disabling_a_connection_ends_its_sessions_and_enabling_it_brings_none_back(
    deployment: Deployment, idp: Idp
) -> None:
    configurations, cookie = deployment.container.connections, idp.sign_in().session.cookie
    assert is_signed_in(deployment, cookie)
    deployment.later(seconds=1)
    configurations.disable(configurations.get(idp.organization.id, idp.connection.id), deployment.now)
    assert not is_signed_in(deployment, cookie)
    deployment.later(seconds=1)
    configurations.enable(configurations.get(idp.organization.id, idp.connection.id), deployment.now)
    assert not is_signed_in(deployment, cookie)
    deployment.later(seconds=1)
    assert is_signed_in(deployment, idp.sign_in().session.cookie)


def test_deleting_a_connection_ends_its_sessions(deployment: Deployment, idp: Idp) -> None:
    cookie = idp.sign_in().session.cookie
    deployment.container.connections.delete(
        deployment.container.connections.get(idp.organization.id, idp.connection.id),
        idp.reload_connection().version,
        deployment.now,
    )
    assert not is_signed_in(deployment, cookie)


def test_other_sessions_of_the_organization_go_on(deployment: Deployment, idp: Idp) -> None:
    other = identity_provider(deployment, idp.organization, identity_provider_issuer="https://other.test")
    by_password = new_session(
        deployment.user(idp.organization, "p@acme.test"),
        AuthenticationMethod.PASSWORD,
        deployment.now,
        organization="Acme",
    )
    deployment.container.table.write(by_password.write)
    deployment.container.connections.disable(
        deployment.container.connections.get(idp.organization.id, other.connection.id), deployment.now
    )
    assert is_signed_in(deployment, by_password.cookie)
    assert is_signed_in(deployment, idp.sign_in().session.cookie)


def test_a_session_is_still_found_in_one_call(deployment: Deployment, idp: Idp) -> None:
    cookie = idp.sign_in().session.cookie
    deployment.calls.clear()
    assert is_signed_in(deployment, cookie)
    assert deployment.calls == ["BatchGetItem"]


def starts(idp: Idp) -> str:
    try:
        idp.start()
    except SignInRefused as refused:
        return refused.code
    return "started"


def test_on_another_plan_no_sign_in_begins_and_no_test_link_works(deployment: Deployment, idp: Idp) -> None:
    organizations, offer = deployment.container.organizations, deployment.container.connection_tests
    link = offer.offer(idp.connection, deployment.now).url.rpartition("/")[2]
    assert starts(idp) == "started"
    organizations.change(idp.organization.id, {"plan": Plan.STANDARD}, deployment.now)
    assert starts(idp) == "enterprise_plan_required"
    with pytest.raises(SignInRefused):
        offer.begin(idp.connection.id, link, {}, deployment.now)
    organizations.change(idp.organization.id, {"plan": Plan.ENTERPRISE}, deployment.now)
    assert starts(idp) == "started"


def test_the_plan_costs_the_start_no_call(deployment: Deployment, idp: Idp) -> None:
    idp.start()
    deployment.restart()
    deployment.container.keys.load(deployment.now)
    deployment.calls.clear()
    idp.start()
    assert deployment.calls == ["BatchGetItem"]
    idp.start()
    assert deployment.calls == ["BatchGetItem"]


def test_saving_a_connection_does_not_bring_the_plan_back(deployment: Deployment, idp: Idp) -> None:
    configurations, organizations = deployment.container.connections, deployment.container.organizations
    before = configurations.get(idp.organization.id, idp.connection.id)
    organizations.change(idp.organization.id, {"plan": Plan.STANDARD}, deployment.now)
    configurations._save(before, {"name": "Renamed"}, deployment.now)
    assert not idp.reload_connection().in_plan

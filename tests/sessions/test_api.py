"""GET /v1/session: who is signed in in this browser."""

from __future__ import annotations

import pytest

from chalicelib.sessions.model import MAX_GROUP_CHARACTERS, MAX_GROUPS, kept_groups
from tests.support.api import Caller, browser_of, key_of
from tests.support.deployment import Deployment
from tests.support.identity_provider import Attribute
from tests.support.round_trip import identity_provider


def caller(cookie: str) -> Caller:
    return Caller({"cookie": f"__Host-gatehouse_session={cookie}"})


def test_after_single_sign_on_it_names_the_connection_and_the_groups(deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    attributes = (
        Attribute(name="email", values=("member@acme.test",)),
        Attribute(name="groups", values=("eng", "admins", "eng")),
    )
    cookie = idp.sign_in(attributes=attributes).session.cookie
    shown = caller(cookie)("GET", "/v1/session").json
    assert shown["groups"] == ["eng", "admins"]
    assert (shown["authentication_method"], shown["connection_id"]) == ("saml", idp.connection.id)
    assert shown["user"]["email_verified"] is True


def test_the_mapping_says_which_attribute_the_groups_are(deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    attributes = (Attribute(name="email", values=("member@acme.test",)), Attribute(name="teams", values=("eng",)))
    assert caller(idp.sign_in(attributes=attributes).session.cookie)("GET", "/v1/session").json["groups"] == []


def test_after_a_password_there_are_no_groups_and_no_connection(deployment: Deployment) -> None:
    acme = deployment.organization()
    outside = deployment.user(acme, "ada@outside.test")
    shown = browser_of(deployment, outside)("GET", "/v1/session").json
    assert (shown["groups"], shown["connection_id"], shown["authentication_method"]) == ([], None, "password")
    assert shown["user"]["email_verified"] is False


@pytest.mark.parametrize("key", ["gh_bad", "Basic x", "a good one"])
def test_where_a_key_is_sent_it_decides_and_no_session_makes_it_good(deployment: Deployment, key: str) -> None:
    browser = browser_of(deployment, deployment.user(deployment.organization(), "ada@acme.test"))
    assert browser("GET", "/v1/session").status == 200
    given = key_of(deployment).headers["authorization"] if key == "a good one" else f"Bearer {key}"
    refused = browser.having(authorization=given)("GET", "/v1/session")
    assert (refused.status, refused.code) == (401, "not_signed_in" if key == "a good one" else "invalid_api_key")


def test_a_session_keeps_a_bounded_number_of_groups() -> None:
    assert kept_groups([str(number) for number in range(MAX_GROUPS + 1)]) == tuple(map(str, range(MAX_GROUPS)))
    assert kept_groups(["x" * 100] * MAX_GROUPS) == ("x" * 100,) * (MAX_GROUP_CHARACTERS // 100)


def test_a_name_that_the_identity_provider_changes_is_changed_at_the_next_sign_in(deployment: Deployment) -> None:
    idp = identity_provider(deployment)

    def named(first: str | None) -> str | None:
        sent = (Attribute(name="givenName", values=(first,)),) if first else ()
        session = idp.sign_in(attributes=(Attribute(name="email", values=("member@acme.test",)), *sent)).session
        deployment.later(seconds=1)
        return str(caller(session.cookie)("GET", "/v1/session").json["user"]["name"])

    assert [named("Grace"), named("Renamed"), named(None)] == ["Grace", "Renamed", "Renamed"]

"""The login policy and its check over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.errors import Unavailable
from chalicelib.organizations.model import Organization, Plan
from chalicelib.users.model import Role, User, UserStatus
from tests.support.api import Caller, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme

CHECK = "/v1/login-policy/check"


@contextmanager
def count_calls(deployment: Deployment) -> Iterator[list[str]]:
    """Names of the AWS operations that are called meanwhile, as botocore's own events tell them."""
    found: list[str] = []

    def note(model: Any, **_: Any) -> None:
        found.append(model.name)

    clients: list[BaseClient] = [deployment.container.table._client, deployment.container._secrets]
    for client in clients:
        client.meta.events.register("before-call.*.*", note)
    try:
        yield found
    finally:
        for client in clients:
            client.meta.events.unregister("before-call.*.*", note)


def test_an_organization_has_a_default_policy(api: Caller, deployment: Deployment, acme: Organization) -> None:
    path = f"/v1/organizations/{acme.id}/login-policy"
    first = api("GET", path)
    assert (first.json["mode"], first.json["required_for_admins"], first.json["exempt_user_ids"]) == (
        "password",
        False,
        [],
    )
    deployment.connection(acme)
    then = api("GET", path)
    assert then.json["mode"] == "required"
    assert then.etag != first.etag


def test_a_policy_is_replaced_whole_by_who_saw_it(api: Caller, acme: Organization, admin_user: User) -> None:
    path = f"/v1/organizations/{acme.id}/login-policy"
    etag = api("GET", path).etag
    assert api("PUT", path, {"mode": "optional"}).status == 428
    put = api("PUT", path, {"mode": "optional", "exempt_user_ids": [admin_user.id]}, if_match=etag)
    assert put.json["exempt_user_ids"] == [admin_user.id]
    assert api("PUT", path, {"mode": "required"}, if_match=etag).code == "stale"
    assert api("PUT", path, {"mode": "required"}, if_match=put.etag).json["exempt_user_ids"] == []


def test_only_users_of_the_organization_are_exempt(api: Caller, deployment: Deployment, acme: Organization) -> None:
    stranger = deployment.user(deployment.organization("other.test"), "x@other.test")
    path = f"/v1/organizations/{acme.id}/login-policy"
    body = {"mode": "required", "exempt_user_ids": [stranger.id, "nonsense"]}
    refused = api("PUT", path, body, if_match=api("GET", path).etag)
    assert refused.field_codes == {"/exempt_user_ids/0": "unknown_user", "/exempt_user_ids/1": "unknown_user"}


def test_sso_binds_admins_only_with_a_proven_way_back_in(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    path = f"/v1/organizations/{acme.id}/login-policy"
    root = deployment.user(acme, "root@acme.test", Role.ADMIN, last_password_sign_in_at=deployment.now)

    def put(*exempt: str) -> int:
        body = {"mode": "required", "required_for_admins": True, "exempt_user_ids": exempt}
        reply = api("PUT", path, body, if_match=api("GET", path).etag)
        assert reply.status == 200 or reply.code == "break_glass_required"
        return reply.status

    assert put() == 409
    assert put(root.id) == 200
    deployment.later(days=90)
    assert put(root.id) == 200
    deployment.later(seconds=1)
    assert put(root.id) == 409


def test_the_check_answers_as_the_contract_says(api: Caller, deployment: Deployment, acme: Organization) -> None:
    connection = deployment.connection(acme)
    user = deployment.user(acme, "ada@acme.test")
    found = api("POST", CHECK, {"email": "ADA@acme.test"})
    assert found.json == {
        "object": "login_policy_decision",
        "email": "ada@acme.test",
        "organization_id": acme.id,
        "user_id": user.id,
        "methods": ["sso"],
        "sso_required": True,
        "reason": "sso_required",
        "sso_url": f"https://sso.example.test/api/saml/{connection.id}/login",
    }


def test_the_check_asks_aws_twice_at_most_the_key_included(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    deployment.connection(acme)
    deployment.user(acme, "ada@acme.test")
    elsewhere = deployment.organization("other.test")
    deployment.user(elsewhere, "guest@acme.test")
    for caller in (api, key_of(deployment, acme.id)):
        caller("POST", CHECK, {"email": "ada@acme.test"})  # a key's first use of a day is noted with one write
        for email in ("ada@acme.test", "unknown@acme.test", "guest@acme.test", "nobody@nowhere.test"):
            with count_calls(deployment) as calls:
                assert caller("POST", CHECK, {"email": email}).status == 200
            assert len(calls) <= 2, (email, calls)


def test_the_owner_of_the_domain_decides_before_the_user(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    other = deployment.organization("other.test")
    deployment.user(other, "guest@acme.test")
    found = api("POST", CHECK, {"email": "guest@acme.test"}).json
    assert (found["organization_id"], found["user_id"], found["reason"]) == (None, None, "unknown_user")
    deployment.connection(acme)
    found = api("POST", CHECK, {"email": "guest@acme.test"}).json
    assert (found["organization_id"], found["user_id"], found["reason"]) == (acme.id, None, "sso_required")


def test_an_organizations_key_learns_nothing_of_others(deployment: Deployment, acme: Organization) -> None:
    other = deployment.organization("other.test")
    deployment.connection(other)
    deployment.user(other, "ada@other.test", status=UserStatus.DISABLED)
    deployment.user(other, "bob@other.test")
    key = key_of(deployment, acme.id)
    unknown = key("POST", CHECK, {"email": "ada@nowhere.test"}).json
    assert unknown["reason"] == "unknown_user"
    for email in ("ada@other.test", "bob@other.test", "new@other.test"):
        assert key("POST", CHECK, {"email": email}).json == unknown | {"email": email}


def test_a_store_that_is_silent_never_means_password(
    api: Caller, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise Unavailable(private="silent")

    monkeypatch.setattr(deployment.container.table, "read_all", silent)
    refused = api("POST", CHECK, {"email": "ada@acme.test"})
    assert (refused.status, refused.code) == (503, "temporarily_unavailable")
    assert b"password" not in refused.body


def test_the_check_is_for_keys_and_says_so_before_it_looks_at_the_body(admins_browser: Caller) -> None:
    assert admins_browser("POST", CHECK, {"email": "ada@acme.test"}).status == 401
    assert Caller({"authorization": "Bearer gh_wrong"})("POST", CHECK, {"nonsense": 1}).status == 401


def test_a_bad_address_is_named(api: Caller) -> None:
    assert api("POST", CHECK, {"email": "no address"}).field_codes == {"/email": "invalid_email"}


def test_a_downgrade_lets_passwords_in(api: Caller, deployment: Deployment) -> None:
    organization = deployment.organization("down.test", plan=Plan.STANDARD)
    deployment.connection(organization)
    deployment.user(organization, "ada@down.test")
    found = api("POST", CHECK, {"email": "ada@down.test"}).json
    assert (found["reason"], found["methods"], found["sso_url"]) == ("sso_not_in_plan", ["password"], None)

"""Who may call /v1."""

from __future__ import annotations

import pytest

from chalicelib.organizations.model import Organization
from chalicelib.users.model import User
from tests.support.api import Caller, browser_of, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer gh_unknown",
        "Basic Z2g6eA==",
        "Bearer ghx_1",
        "gh_1",
        "Bearer gh_\u00e9",
        "Bearer gh_" + "a" * 9999,
    ],
)
def test_a_bad_key_is_refused_with_instructions(acme: Organization, authorization: str) -> None:
    reply = Caller({"authorization": authorization})("GET", f"/v1/organizations/{acme.id}")
    assert (reply.status, reply.code) == (401, "invalid_api_key")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_requests_without_credentials_are_refused(acme: Organization) -> None:
    anonymous = Caller()
    for path in ("/v1/organizations", f"/v1/organizations/{acme.id}", "/v1/api-keys", "/v1/session"):
        assert (anonymous("GET", path).status, anonymous("GET", path).code) == (401, "not_signed_in")


def test_a_revoked_key_ends_with_the_next_request(api: Caller, acme: Organization) -> None:
    made = api("POST", "/v1/api-keys", {"name": "ci"}).json
    key = Caller({"authorization": f"Bearer {made['key']}"})
    assert key("GET", f"/v1/organizations/{acme.id}").status == 200
    assert api("DELETE", f"/v1/api-keys/{made['id']}").status == 204
    assert key("GET", f"/v1/organizations/{acme.id}").status == 401


def test_a_bad_key_is_not_saved_by_a_good_session(admins_browser: Caller, acme: Organization) -> None:
    both = admins_browser.having(authorization="Bearer gh_wrong")
    assert both("GET", f"/v1/organizations/{acme.id}").code == "invalid_api_key"


def test_a_key_decides_where_a_session_comes_too(
    deployment: Deployment, admins_browser: Caller, acme: Organization
) -> None:
    other = deployment.organization("other.test")
    both = admins_browser.having(**key_of(deployment, other.id).headers)
    assert both("GET", f"/v1/organizations/{acme.id}").status == 404
    assert both("GET", f"/v1/organizations/{other.id}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "https://sso.example.test.evil.test"},
        {"origin": "http://sso.example.test"},
        {"origin": "https://evil.test", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_write_from_another_site_is_refused(
    deployment: Deployment, admins_browser: Caller, acme: Organization, headers: dict[str, str]
) -> None:
    foreign = Caller({"cookie": admins_browser.headers["cookie"], **headers})
    path = f"/v1/organizations/{acme.id}"
    assert foreign("GET", path).status == 200
    for method, tail, body in (
        ("PATCH", "", {"name": "Stolen"}),
        ("POST", "/users", {"email": "x@acme.test"}),
        ("DELETE", "", None),
        ("PUT", "/login-policy", {"mode": "password"}),
    ):
        refused = foreign(method, path + tail, body)
        assert (refused.status, refused.code) == (403, "csrf_failed")
    assert deployment.container.organizations.get(acme.id).name == "Acme"


def test_a_write_from_our_own_origin_is_allowed(admins_browser: Caller, acme: Organization) -> None:
    ours = Caller({"cookie": admins_browser.headers["cookie"], "origin": "https://sso.example.test"})
    assert ours("PATCH", f"/v1/organizations/{acme.id}", {"name": "Ours"}).status == 200


def test_a_member_reads_their_session_and_nothing_else(
    deployment: Deployment, acme: Organization, admin_user: User
) -> None:
    member = browser_of(deployment, deployment.user(acme, "member@acme.test"))
    assert member("GET", "/v1/session").json["user"]["email"] == "member@acme.test"
    assert member("GET", "/v1/session").etag == member("GET", "/v1/session").etag
    for method, tail in (
        ("GET", ""),
        ("GET", "/users"),
        ("GET", "/connections"),
        ("GET", "/login-policy"),
        ("DELETE", ""),
    ):
        refused = member(method, f"/v1/organizations/{acme.id}{tail}")
        assert (refused.status, refused.code) == (403, "admin_required")


def test_no_session_does_what_needs_a_deployment_key(admins_browser: Caller) -> None:
    for method in ("GET", "POST"):
        refused = admins_browser(method, "/v1/organizations", {"name": "x"} if method == "POST" else None)
        assert (refused.status, refused.code) == (403, "deployment_key_required")


def test_a_session_with_the_local_runs_cookie_name_counts_only_there(admins_browser: Caller) -> None:
    value = admins_browser.headers["cookie"].removeprefix("__Host-")
    assert Caller({"cookie": value})("GET", "/v1/session").status == 401

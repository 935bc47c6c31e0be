"""API keys that expire, that may do some things only, and the day of their last use."""

from __future__ import annotations

from typing import Any, Final

import pytest

from chalicelib.api_keys.model import Scope
from chalicelib.http.routing import Operation
from chalicelib.organizations.model import Organization
from tests.support.api import Caller
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme
from tests.support.operations import OPERATIONS, path_of

KEYS: Final = "/v1/api-keys"
CHECK: Final = "/v1/login-policy/check"
SECURED: Final = [o for o in OPERATIONS if o.path.startswith("/v1/") and o.path != "/v1/session"]


def _key(api: Caller, **values: Any) -> Caller:
    made = api("POST", KEYS, {"name": "x"} | values)
    assert made.status == 201, made.body
    return Caller({"authorization": f"Bearer {made.json['key']}"})


def _wanted(operation: Operation) -> Scope:
    if operation.path == CHECK:
        return Scope.POLICY_CHECK
    return Scope.READ if operation.method == "GET" else Scope.WRITE


@pytest.mark.parametrize("scope", Scope)
def test_a_key_does_what_its_scope_says_and_nothing_else(api: Caller, acme: Organization, scope: Scope) -> None:
    for caller in (_key(api, scopes=[scope]), _key(api, scopes=[scope], organization_id=acme.id)):
        for operation in SECURED:
            path = path_of(operation, acme)
            if operation.method == "DELETE" and path.endswith(acme.id):  # the others need it
                path = f"/v1/organizations/org_{'0' * 32}"
            reply = caller(operation.method, path, b'{"unknown": 1}')
            is_refused = reply.status == 403 and reply.code == "insufficient_scope"
            assert is_refused == (_wanted(operation) is not scope), (operation.method, operation.path)


def test_a_key_without_scopes_does_everything_and_scopes_add_up(api: Caller, acme: Organization) -> None:
    path = f"/v1/organizations/{acme.id}"
    for caller in (_key(api), _key(api, scopes=[]), _key(api, scopes=["read", "write", "policy_check"])):
        assert caller("GET", path).status == 200
        assert caller("PATCH", path, {"name": "New"}).status == 200
        assert caller("POST", CHECK, {"email": "a@acme.test"}).status == 200
    both = _key(api, scopes=["policy_check", "read"])
    assert both("GET", path).status == both("POST", CHECK, {"email": "a@acme.test"}).status == 200
    assert both("PATCH", path, {"name": "New"}).code == "insufficient_scope"


def test_a_key_makes_no_key_that_may_do_more(api: Caller) -> None:
    writer = _key(api, scopes=["write", "policy_check"])
    for scopes in ([], ["read"], ["write", "read"]):
        assert writer("POST", KEYS, {"name": "x", "scopes": scopes}).code == "insufficient_scope"
    assert writer("POST", KEYS, {"name": "x"}).code == "insufficient_scope"
    assert writer("POST", KEYS, {"name": "x", "scopes": ["write"]}).json["scopes"] == ["write"]


def test_an_expired_key_is_refused_everywhere(api: Caller, deployment: Deployment, acme: Organization) -> None:
    made = api("POST", KEYS, {"name": "x", "expires_at": "2026-11-23T12:00:00+02:00"})
    assert made.json["expires_at"] == "2026-11-23T10:00:00Z"
    key = Caller({"authorization": f"Bearer {made.json['key']}"})
    deployment.later(minutes=59)
    assert key("GET", f"/v1/organizations/{acme.id}").status == 200
    deployment.later(minutes=1)
    for operation in SECURED:
        refused = key(operation.method, path_of(operation, acme))
        assert (refused.status, refused.code) == (401, "invalid_api_key"), operation.path


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("expires_at", "2026-11-23T09:00:00Z", "invalid_date"),
        ("expires_at", "2030-01-01T00:00:00", "invalid_date"),
        ("expires_at", "9999-12-31T23:59:59-14:00", "invalid_date"),
        ("expires_at", 1_900_000_000, "invalid_type"),
        ("scopes", ["admin"], "invalid_value"),
        ("scopes", ["read"] * 4, "too_long"),
    ],
)
def test_an_end_or_a_scope_that_can_not_be_is_named(api: Caller, field: str, value: object, code: str) -> None:
    refused = api("POST", KEYS, {"name": "x", field: value})
    assert [(pointer.split("/")[1], found) for pointer, found in refused.field_codes.items()] == [(field, code)]


def test_the_day_of_the_last_use_is_kept_with_one_write_a_day(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    made = api("POST", KEYS, {"name": "x"})
    assert made.json["last_used_at"] is None
    key = Caller({"authorization": f"Bearer {made.json['key']}"})

    def used() -> tuple[list[str], str | None]:
        before = len(deployment.calls)
        assert key("POST", CHECK, {"email": "a@acme.test"}).status == 200
        calls = deployment.calls[before:]
        records = api("GET", KEYS).json["data"]
        return calls, next(record["last_used_at"] for record in records if record["id"] == made.json["id"])

    calls, day = used()
    assert (calls.count("UpdateItem"), day) == (1, "2026-11-23T00:00:00Z")
    deployment.later(hours=14)
    calls, day = used()
    assert (calls.count("UpdateItem"), day) == (0, "2026-11-23T00:00:00Z")
    deployment.later(hours=2)
    calls, day = used()
    assert (calls.count("UpdateItem"), day) == (1, "2026-11-24T00:00:00Z")


def test_a_revoked_key_does_not_come_back_by_its_use(api: Caller, deployment: Deployment) -> None:
    made = api("POST", KEYS, {"name": "x"}).json
    key = Caller({"authorization": f"Bearer {made['key']}"})
    assert key("DELETE", f"{KEYS}/{made['id']}").status == 204
    deployment.later(days=1)
    assert key("GET", KEYS).status == 401
    assert made["id"] not in [record["id"] for record in api("GET", KEYS).json["data"]]


def test_a_bad_key_is_never_made_good_by_a_session(api: Caller, admins_browser: Caller) -> None:
    assert admins_browser("GET", "/v1/session").status == 200
    unknown = "Bearer gh_" + "x" * 51
    for authorization, code in (("Bearer gh_bad", "invalid_api_key"), (unknown, "invalid_api_key")):
        refused = admins_browser.having(authorization=authorization)("GET", "/v1/session")
        assert (refused.status, refused.code) == (401, code)
    refused = admins_browser.having(**api.headers)("GET", "/v1/session")
    assert (refused.status, refused.code) == (401, "not_signed_in")

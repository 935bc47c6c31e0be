"""How bodies and parameters are read."""

from __future__ import annotations

import pytest

from chalicelib.organizations.model import Organization
from tests.support.api import Caller
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme
from tests.support.operations import OPERATIONS


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"nonsense", b'{"name": "x"} x', b"\xff\xfe", b'{"name": "\xff"}', b"[" * 60_000],
)
def test_what_is_not_json_is_400(api: Caller, raw: bytes) -> None:
    refused = api("POST", "/v1/organizations", raw)
    assert (refused.status, refused.code) == (400, "malformed_json")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"name"'])
def test_json_that_is_not_an_object_is_422(api: Caller, raw: bytes) -> None:
    refused = api("POST", "/v1/organizations", raw)
    assert refused.status == 422
    assert refused.field_codes == {"": "invalid_type"}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "*/*", "text/plain, application/json", ""]
)
def test_another_content_type_is_415(api: Caller, kind: str) -> None:
    refused = api("POST", "/v1/organizations", {"name": "x"}, content_type=kind)
    assert (refused.status, refused.code) == (415, "unsupported_media_type")


def test_a_charset_and_capitals_do_no_harm(api: Caller) -> None:
    assert api("POST", "/v1/organizations", {"name": "x"}, content_type="Application/JSON; charset=utf-8").status == 201


def test_a_body_that_is_too_large_is_413(api: Caller) -> None:
    refused = api("POST", "/v1/organizations", b'{"name": "' + b"a" * 2_000_000 + b'"}')
    assert (refused.status, refused.code) == (413, "body_too_large")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=", "limit=-1", "limit=1e1", "limit=\u0661"]
)
def test_a_bad_limit_is_422(api: Caller, acme: Organization, query: str) -> None:
    assert api("GET", f"/v1/organizations?{query}").status == 422


@pytest.mark.parametrize("path", ["/v1/organizations", "/v1/organizations/{id}/users", "/v1/api-keys"])
def test_a_bad_cursor_is_422(api: Caller, acme: Organization, path: str) -> None:
    for after in ("x", "", "dom_00000000000000000000000000000000"):
        refused = api("GET", f"{path.format(id=acme.id)}?after={after}")
        assert (refused.status, refused.code) == (422, "invalid_cursor")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_of_json_is_400(api: Caller, number: str) -> None:
    refused = api("POST", "/v1/organizations", b'{"name": "x", "plan": %s}' % number.encode())
    assert (refused.status, refused.code) == (400, "malformed_json")


def test_the_word_nan_in_a_text_is_not_a_number(api: Caller) -> None:
    assert api("POST", "/v1/organizations", {"name": "NaN Infinity"}).status == 201
    assert api("POST", "/v1/organizations", {"name": "NaN", "more": 1}).field_codes == {"/more": "unknown_field"}


@pytest.mark.parametrize("name", ["evil\u202egnp.exe", "a\u2066b", "zero\u200bwidth"])
def test_a_name_that_hides_something_is_refused(api: Caller, name: str) -> None:
    assert api("POST", "/v1/organizations", {"name": name}).field_codes == {"/name": "invalid_text"}


_ACTIONS = [operation.path for operation in OPERATIONS if operation.method == "POST" and operation.body is None]


@pytest.mark.parametrize("path", _ACTIONS)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"nonsense": 1}', 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b"{", 400, "malformed_json"),
        (b"nonsense", 400, "malformed_json"),
    ],
)
def test_an_action_takes_no_fields(
    deployment: Deployment, api: Caller, acme: Organization, path: str, body: bytes, status: int, code: str
) -> None:
    connection, user = deployment.connection(acme), deployment.user(acme, "a@acme.test")
    address = path.format(organization_id=acme.id, connection_id=connection.id, user_id=user.id)
    refused = api("POST", address, body)
    assert (refused.status, refused.code) == (status, code)
    refused = api("POST", address, body, content_type="text/plain")
    assert (refused.status, refused.code) == (415, "unsupported_media_type")


def test_an_action_takes_an_empty_object(api: Caller, deployment: Deployment, acme: Organization) -> None:
    user = deployment.user(acme, "a@acme.test")
    for body in (None, b"", b"{}", b" {} \n"):
        assert api("POST", f"/v1/organizations/{acme.id}/users/{user.id}/sign-out", body).status == 200


def test_what_was_created_says_where_it_is(deployment: Deployment, api: Caller, acme: Organization) -> None:
    made = api("POST", "/v1/organizations", {"name": "x"})
    assert made.headers["Location"] == f"{deployment.container.settings.base_url}/v1/organizations/{made.json['id']}"
    for path, body in (("users", {"email": "b@acme.test"}), ("connections", {})):
        made = api("POST", f"/v1/organizations/{acme.id}/{path}", body)
        assert made.headers["Location"].endswith(f"/v1/organizations/{acme.id}/{path}/{made.json['id']}")
        assert api("GET", made.headers["Location"].removeprefix(deployment.container.settings.base_url)).json["id"]

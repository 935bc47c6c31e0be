"""How bodies and parameters are read."""

from __future__ import annotations

import pytest

from chalicelib.domain.organization import Organization
from tests.routes.v1.api import Caller
from tests.routes.v1.conftest import acme, api, deployment

__all__ = ["acme", "api", "deployment"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"nonsense", b'{"name": "x"} x', b"\xff\xfe", b'{"name": "\xff"}', b"[" * 100_000],
)
def test_what_is_no_json_is_400(api: Caller, raw: bytes) -> None:
    refused = api("POST", "/v1/organizations", raw)
    assert (refused.status, refused.code) == (400, "malformed_json")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"name"'])
def test_json_that_is_no_object_is_422(api: Caller, raw: bytes) -> None:
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

"""Numbers and times in forms, queries and headers: whatever stands there, nothing is a fault of ours."""

from __future__ import annotations

from typing import Any, Final

import pytest

from chalicelib.decimal_number import parse_decimal
from chalicelib.http.routing import Operation
from chalicelib.moment import parse_moment
from chalicelib.organizations.model import Organization
from tests.support.api import Caller, key_of
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.operations import LISTS, path_of

NUMBERS: Final = ("9" * 5_000, "9" * 10, "-1", "1e9", "1_0", " 1", "\u0661", "\uff11", "0x1", "NaN", "")
TIMES: Final = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "1970-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999Z",
    "0001-01-01",
    "9999-12-31",
    "2026-11-29T00:00:00",
    "9" * 5_000,
    "",
)
HOSTILE: Final = (NUMBERS[0], "\u0661", *TIMES[:3])
HEADERS: Final = ("If-Match", "Idempotency-Key", "Accept", "Accept-Language", "Origin", "Sec-Fetch-Site")


@pytest.mark.parametrize("where", ["configuration", "mapping"])
def test_no_field_of_an_admins_form_breaks_on_a_number(
    admin: Browser, deployment: Deployment, acme: Organization, path: str, where: str
) -> None:
    page = path if where == "configuration" else f"{path}/mapping"
    fields = sorted(admin.get(page).hidden.keys() - {"form_token"})
    assert "version" in fields
    for name in fields:
        for number in HOSTILE[:2]:
            for target in {page, "/admin/login-policy"}:
                admin.get(page)
                posted: dict[str, Any] = {"mode": "optional", "do": "save", name: number}
                assert admin.post(target, **posted).status < 500, (target, name, number[:20])


def test_no_field_of_a_guests_form_breaks_on_a_number(guest: Browser) -> None:
    fields = sorted(guest.get("/setup").hidden.keys() - {"form_token"})
    assert "version" in fields
    for name in fields:
        for number in HOSTILE[:2]:
            guest.get("/setup")
            assert guest.post("/setup", **{name: number}).status < 500, (name, number[:20])


@pytest.mark.parametrize("page", ["/admin/users", "/admin/sso", "{path}", "{path}/attempts", "{path}/mapping"])
def test_no_query_of_a_page_breaks_on_a_number_or_a_time(admin: Browser, path: str, page: str) -> None:
    for name in ("from", "to", "after"):
        for value in (*HOSTILE, "0001-01-01", "9999-12-31"):
            assert admin.get(f"{page.format(path=path)}?{name}={value.replace('+', '%2B')}").status < 500, (name, value)


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.path)
def test_no_query_of_a_list_breaks_on_a_number_or_a_time(
    deployment: Deployment, acme: Organization, operation: Operation
) -> None:
    api = key_of(deployment)
    for name in ("limit", "after", *operation.query):
        for value in HOSTILE:
            reply = api("GET", f"{path_of(operation, acme)}?{name}={value.replace('+', '%2B')}")
            assert reply.status < 500, (name, value[:20])


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_on_a_number(deployment: Deployment, acme: Organization, name: str) -> None:
    api = key_of(deployment)
    connection = api("POST", f"/v1/organizations/{acme.id}/connections").json["id"]
    paths: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("PATCH", f"/v1/organizations/{acme.id}/connections/{connection}", {"name": "x"}),
        ("PUT", f"/v1/organizations/{acme.id}/login-policy", {"mode": "optional"}),
        ("POST", f"/v1/organizations/{acme.id}/setup-links", {}),
    )
    for value in (*HOSTILE, f'"{NUMBERS[0]}"', '"' * 5_000, 'W/"1"', "*", ' "1" ' * 1_000):
        for method, path, body in paths:
            assert Caller(api.headers | {name.lower(): value})(method, path, body).status < 500, (path, value[:20])


@pytest.mark.parametrize("field", ["sha1_exception_until", "clock_skew_seconds", "expires_in_hours", "expires_at"])
def test_no_field_of_a_body_breaks_on_a_number_or_a_time(
    deployment: Deployment, acme: Organization, field: str
) -> None:
    api = key_of(deployment)
    made = api("POST", f"/v1/organizations/{acme.id}/connections")
    path = f"/v1/organizations/{acme.id}/connections/{made.json['id']}"
    raw = [b'"%s"' % value.encode() for value in HOSTILE] + [b"9" * 5_000, b"-1", b"1e400", b"9" * 30]
    for value in raw:
        body = b'{"%s": %s}' % (field.encode(), value)
        for method, target in (("PATCH", path), ("POST", f"/v1/organizations/{acme.id}/setup-links")):
            assert api(method, target, body, if_match='"1"').status < 500, value[:20]
        key = b'{"name": "x", "%s": %s}' % (field.encode(), value)
        assert api("POST", "/v1/api-keys", key).status < 500, value[:20]


def test_a_number_is_ascii_digits_alone_and_few() -> None:
    assert [parse_decimal(text) for text in ("0", "0007", "9999999999")] == [0, 7, 9_999_999_999]
    assert [parse_decimal(text) for text in NUMBERS if text != "9" * 10] == [None] * (len(NUMBERS) - 1)
    assert parse_decimal("9" * 11) is None


def test_a_time_is_judged_in_utc() -> None:
    assert [parse_moment(text) is not None for text in TIMES] == [False] * 3 + [True] + [False] * 5
    assert parse_moment("1969-12-31T23:59:59-00:01") is not None
    found = parse_moment("2026-11-29T01:00:00+02:00")
    assert found is not None
    assert found.isoformat() == "2026-11-28T23:00:00+00:00"


@pytest.mark.parametrize("target", ["../../evil", "x?done=policy", "conn_" + "0" * 32, "", "%2e%2e"])
def test_the_policy_form_leads_only_to_a_connection_of_the_organization(admin: Browser, path: str, target: str) -> None:
    admin.get(path)
    refused = admin.post("/admin/login-policy", mode="optional", connection_id=target)
    assert (refused.status, refused.headers.get("Location")) == (404, None)

"""/v1/api-keys."""

from __future__ import annotations

from typing import Final

import pytest

from chalicelib.organizations.model import Organization
from tests.support.api import Caller, browser_of, key_of
from tests.support.deployment import Deployment

KEYS: Final = "/v1/api-keys"


def test_a_key_is_shown_once_and_kept_as_a_hash(api: Caller, deployment: Deployment) -> None:
    made = api("POST", "/v1/api-keys", {"name": "ci"})
    assert (made.status, made.json["object"]) == (201, "api_key")
    listed = api("GET", "/v1/api-keys")
    assert made.json["id"] in [entry["id"] for entry in listed.json["data"]]
    assert made.json["key"] not in listed.body.decode()
    stored = deployment.container.table._client.scan(TableName=deployment.container.settings.table_name)["Items"]
    assert made.json["key"] not in str(stored)


def test_a_key_for_one_organization_reaches_that_one_only(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    other = deployment.organization("other.test")
    secret = api("POST", "/v1/api-keys", {"name": "acme", "organization_id": acme.id}).json["key"]
    key = Caller({"authorization": f"Bearer {secret}"})
    assert key("GET", f"/v1/organizations/{acme.id}/users").status == 200
    assert key("GET", f"/v1/organizations/{other.id}/users").status == 404


def test_a_key_for_an_organization_that_is_none_is_refused(api: Caller) -> None:
    for organization_id in ("org_00000000000000000000000000000000", "nonsense"):
        refused = api("POST", "/v1/api-keys", {"name": "x", "organization_id": organization_id})
        assert refused.field_codes == {"/organization_id": "unknown_organization"}


@pytest.mark.parametrize("writer", ["key", "session"])
def test_an_organization_manages_keys_of_its_own_only(
    api: Caller, deployment: Deployment, acme: Organization, admins_browser: Caller, writer: str
) -> None:
    caller = key_of(deployment, acme.id) if writer == "key" else admins_browser
    other = deployment.organization("other.test")
    others = [
        api("POST", KEYS, {"name": "x", "organization_id": organization_id}).json["id"]
        for organization_id in (None, other.id)
    ]
    made = [caller("POST", KEYS, {"name": "mine"} | body).json for body in ({}, {"organization_id": acme.id})]
    assert [key["organization_id"] for key in made] == [acme.id, acme.id]
    assert caller("POST", KEYS, {"name": "x", "organization_id": other.id}).status == 404
    listed = caller("GET", KEYS).json["data"]
    assert {key["organization_id"] for key in listed} == {acme.id}
    assert {key["id"] for key in made} <= {key["id"] for key in listed}
    for key_id in others:
        assert caller("DELETE", f"{KEYS}/{key_id}").status == 404
        assert key_id in {key["id"] for key in api("GET", KEYS).json["data"]}
    assert [caller("DELETE", f"{KEYS}/{key['id']}").status for key in made] == [204, 204]
    reach = Caller({"authorization": f"Bearer {caller('POST', KEYS, {'name': 'x'}).json['key']}"})
    assert reach("GET", f"/v1/organizations/{other.id}").status == 404
    assert reach("GET", "/v1/organizations").code == "deployment_key_required"


def test_an_organizations_list_of_keys_comes_in_pages(api: Caller, deployment: Deployment, acme: Organization) -> None:
    caller = key_of(deployment, acme.id)
    for number in range(4):
        deployment.later(seconds=1)
        caller("POST", KEYS, {"name": f"k{number}"})
        api("POST", KEYS, {"name": "x"})
    names: list[str] = []
    query = "?limit=2"
    while query:
        page = caller("GET", f"{KEYS}{query}").json
        names += [key["name"] for key in page["data"]]
        query = f"?limit=2&after={after}" if (after := page["list_metadata"]["after"]) else ""
    assert names == ["k3", "k2", "k1", "k0", "test"]


def test_a_member_or_another_sites_page_manages_no_keys(
    deployment: Deployment, acme: Organization, admins_browser: Caller
) -> None:
    member = browser_of(deployment, deployment.user(acme, "member@acme.test"))
    foreign = Caller({"cookie": admins_browser.headers["cookie"], "origin": "https://evil.test"})
    assert (member("GET", KEYS).code, member("POST", KEYS, {"name": "x"}).code) == ("admin_required", "admin_required")
    assert foreign("POST", KEYS, {"name": "x"}).code == "csrf_failed"
    assert foreign("DELETE", f"{KEYS}/key_00000000000000000000000000000000").code == "csrf_failed"


def test_a_key_that_expires_makes_no_key_that_lasts_longer(api: Caller, deployment: Deployment) -> None:
    end, later = "2026-12-24T10:00:00Z", "2026-12-24T10:00:01Z"
    secret = api("POST", KEYS, {"name": "x", "expires_at": end}).json["key"]
    key = Caller({"authorization": f"Bearer {secret}"})
    for body in ({}, {"expires_at": None}, {"expires_at": later}):
        assert key("POST", KEYS, {"name": "y"} | body).field_codes == {"/expires_at": "invalid_date"}
    made = key("POST", KEYS, {"name": "y", "expires_at": end})
    assert (made.status, made.json["expires_at"]) == (201, end)


def test_a_key_that_is_gone_cannot_be_revoked_again(api: Caller) -> None:
    made = api("POST", "/v1/api-keys", {"name": "ci"}).json["id"]
    assert api("DELETE", f"/v1/api-keys/{made}").status == 204
    assert api("DELETE", f"/v1/api-keys/{made}").status == 404
    assert api("DELETE", "/v1/api-keys/nonsense").status == 404

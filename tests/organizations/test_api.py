"""/v1/organizations."""

from __future__ import annotations

import pytest

from chalicelib.organizations.model import Organization
from chalicelib.users.model import User
from tests.support.api import Caller, browser_of, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


def test_an_organization_comes_back_as_it_was_created(api: Caller) -> None:
    made = api("POST", "/v1/organizations", {"name": "Acme", "plan": "enterprise", "domains": ["ACME.test"]})
    assert made.status == 201
    assert made.json["domains"] == [{"domain": "acme.test", "verified": True}]
    assert made.json["object"] == "organization"
    assert made.json["created_at"].endswith("Z")
    found = api("GET", f"/v1/organizations/{made.json['id']}")
    assert (found.status, found.json) == (200, made.json)


def test_the_plan_is_standard_unless_it_is_said(api: Caller) -> None:
    assert api("POST", "/v1/organizations", {"name": "Basic"}).json["plan"] == "standard"


def test_a_verified_domain_belongs_to_one_organization(api: Caller, acme: Organization) -> None:
    assert api("POST", "/v1/organizations", {"name": "Other", "domains": ["acme.test"]}).code == "domain_taken"
    other = api("POST", "/v1/organizations", {"name": "Other"}).json["id"]
    refused = api("PATCH", f"/v1/organizations/{other}", {"domains": ["acme.test"]})
    assert (refused.status, refused.code) == (409, "domain_taken")


def test_a_domain_that_was_given_up_can_be_taken(api: Caller, acme: Organization) -> None:
    assert api("PATCH", f"/v1/organizations/{acme.id}", {"domains": ["new.test"]}).status == 200
    assert api("POST", "/v1/organizations", {"name": "Other", "domains": ["acme.test"]}).status == 201


def test_each_domain_that_cannot_be_used_is_named(api: Caller) -> None:
    domains = ["fine.test", "gmail.com", "co.uk", "github.io", "no domain", "fine.test", "localhost"]
    refused = api("POST", "/v1/organizations", {"name": "Acme", "domains": domains})
    assert (refused.status, refused.code) == (422, "invalid_request")
    assert refused.field_codes == {
        "/domains/1": "public_domain",
        "/domains/2": "public_domain",
        "/domains/3": "public_domain",
        "/domains/4": "invalid_domain",
        "/domains/5": "duplicate",
        "/domains/6": "invalid_domain",
    }


def test_an_organizations_key_lists_and_creates_no_organizations(deployment: Deployment, acme: Organization) -> None:
    key = key_of(deployment, acme.id)
    for method, body in (("GET", None), ("POST", {"name": "Mine"})):
        refused = key(method, "/v1/organizations", body)
        assert (refused.status, refused.code) == (403, "deployment_key_required")


def test_an_admin_changes_the_name_but_neither_plan_nor_domains(admins_browser: Caller, acme: Organization) -> None:
    path = f"/v1/organizations/{acme.id}"
    assert admins_browser("PATCH", path, {"name": "Acme Ltd"}).json["name"] == "Acme Ltd"
    forbidden: tuple[dict[str, object], ...] = ({"plan": "standard"}, {"domains": []}, {"plan": acme.plan.value})
    for changes in forbidden:
        assert admins_browser("PATCH", path, changes).code == "deployment_key_required"


@pytest.mark.parametrize("external_id", ["c-1 ", " c-1", "c-1\u00a0", "e\u0301"])
def test_an_external_id_that_looks_like_another_one_is_refused(
    api: Caller, acme: Organization, external_id: str
) -> None:
    refused = api("PATCH", f"/v1/organizations/{acme.id}", {"external_id": external_id})
    assert refused.field_codes == {"/external_id": "invalid_text"}
    body = {"name": "x", "external_id": external_id}
    assert api("POST", "/v1/organizations", body).field_codes == {"/external_id": "invalid_text"}


def test_null_takes_the_external_id_away_and_never_the_name(api: Caller, acme: Organization) -> None:
    path = f"/v1/organizations/{acme.id}"
    assert api("PATCH", path, {"external_id": "c-1"}).json["external_id"] == "c-1"
    assert api("PATCH", path, {"external_id": None}).json["external_id"] is None
    assert api("PATCH", path, {"name": None}).field_codes == {"/name": "invalid_type"}


def test_a_list_goes_on_where_its_page_ended(api: Caller, deployment: Deployment) -> None:
    made = set()
    for number in range(5):
        deployment.later(seconds=1)
        made.add(api("POST", "/v1/organizations", {"name": f"Org {number}"}).json["id"])
    seen, after = [], ""
    while True:
        page = api("GET", f"/v1/organizations?limit=2{after}").json
        seen += [entry["name"] for entry in page["data"]]
        if page["list_metadata"]["after"] is None:
            break
        after = f"&after={page['list_metadata']['after']}"
    assert seen == ["Org 4", "Org 3", "Org 2", "Org 1", "Org 0"]


def test_a_deleted_organization_is_gone_with_everything_below(
    api: Caller, deployment: Deployment, acme: Organization, admin_user: User
) -> None:
    browser, key = browser_of(deployment, admin_user), key_of(deployment, acme.id)
    connection = deployment.connection(acme)
    path = f"/v1/organizations/{acme.id}"
    assert api("DELETE", path).status == 204
    assert browser("GET", "/v1/session").status == 401
    assert key("GET", path).status == 401
    assert api("GET", path).status == 404
    assert api("GET", f"{path}/connections/{connection.id}").status == 404
    assert api("DELETE", path).status == 404
    again = api("POST", "/v1/organizations", {"name": "Acme", "domains": ["acme.test"]}).json["id"]
    assert api("POST", f"/v1/organizations/{again}/users", {"email": "admin@acme.test"}).status == 201


def test_another_organization_answers_as_none_does(
    deployment: Deployment, acme: Organization, admin_user: User
) -> None:
    other = deployment.organization("other.test")
    for caller in (key_of(deployment, acme.id), browser_of(deployment, admin_user)):
        for method, body in (("GET", None), ("PATCH", {"name": "Mine"}), ("DELETE", None)):
            assert caller(method, f"/v1/organizations/{other.id}", body).code == "not_found"
            assert caller(method, "/v1/organizations/org_00000000000000000000000000000000", body).code == "not_found"
            assert caller(method, "/v1/organizations/nonsense", body).code == "not_found"

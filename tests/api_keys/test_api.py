"""/v1/api-keys."""

from __future__ import annotations

from chalicelib.organizations.model import Organization
from tests.support.api import Caller, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme


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


def test_an_organizations_key_handles_no_keys(deployment: Deployment, acme: Organization) -> None:
    key = key_of(deployment, acme.id)
    for method, path, body in (
        ("GET", "/v1/api-keys", None),
        ("POST", "/v1/api-keys", {"name": "mine"}),
        ("DELETE", "/v1/api-keys/key_00000000000000000000000000000000", None),
    ):
        assert key(method, path, body).code == "deployment_key_required"


def test_a_key_that_is_gone_cannot_be_revoked_again(api: Caller) -> None:
    made = api("POST", "/v1/api-keys", {"name": "ci"}).json["id"]
    assert api("DELETE", f"/v1/api-keys/{made}").status == 204
    assert api("DELETE", f"/v1/api-keys/{made}").status == 404
    assert api("DELETE", "/v1/api-keys/nonsense").status == 404

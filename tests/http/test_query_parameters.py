"""Query parameters of lists: none is ignored, and people are found by what is known of them."""

from __future__ import annotations

from typing import Final

import pytest

from chalicelib.http.openapi import openapi_document
from chalicelib.http.routing import Operation
from chalicelib.organizations.model import Organization
from tests.support.api import Caller, key_of
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme
from tests.support.operations import LISTS, path_of

PATHS: Final = openapi_document("https://sso.example.test/api")["paths"]


def _path(api: Caller, operation: Operation, acme: Organization) -> str:
    connection = api("POST", f"/v1/organizations/{acme.id}/connections").json["id"]
    return path_of(operation, acme).replace(f"conn_{'0' * 32}", connection)


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.path)
def test_a_list_refuses_a_parameter_that_it_does_not_describe(
    api: Caller, acme: Organization, operation: Operation
) -> None:
    path = _path(api, operation, acme)
    described = {entry["name"] for entry in PATHS[operation.path]["get"]["parameters"] if entry["in"] == "query"}
    candidates = {"email", "external_id", "domain", "result", "code", "from", "to", "action", "actor", "limit", "after"}
    for name in sorted(candidates | {"Email", "page", "offset", "", "x" * 5_000, "limit[]"}):
        reply = api("GET", f"{path}?{name}=1")
        is_unknown = reply.status == 422 and reply.code == "unknown_parameter"
        assert is_unknown == (name not in described), name
    assert api("GET", path).status == 200


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.path)
def test_a_parameter_that_stands_twice_is_refused(api: Caller, acme: Organization, operation: Operation) -> None:
    path = _path(api, operation, acme)
    name = next(iter(operation.query)) if operation.query else "limit"
    refused = api("GET", f"{path}?{name}=1&{name}=2")
    assert (refused.code, refused.field_codes) == ("unknown_parameter", {f"/{name}": "duplicate"})


def test_at_most_twenty_unknown_parameters_are_reported(api: Caller) -> None:
    refused = api("GET", "/v1/organizations?" + "&".join(f"p{number}=1" for number in range(500)))
    assert len(refused.json["errors"]) == 20


def test_an_organization_is_found_by_external_id_and_by_domain(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    other = api("POST", "/v1/organizations", {"name": "B", "external_id": "a&b c", "domains": ["b.test"]}).json

    def found(query: str) -> list[str]:
        before = len(deployment.calls)
        reply = api("GET", f"/v1/organizations?{query}")
        assert reply.status == 200
        assert not {"Query", "Scan"} & set(deployment.calls[before:])
        return [organization["id"] for organization in reply.json["data"]]

    assert found("external_id=a%26b%20c") == [other["id"]]
    assert found("domain=ACME.test") == [acme.id]
    assert found("domain=b.test&external_id=a%26b%20c") == [other["id"]]
    for query in ("external_id=", "external_id=A%26B%20C", "domain=sub.acme.test", "domain=no%20domain"):
        assert found(query) == []
    assert found("domain=acme.test&external_id=a%26b%20c") == []
    assert found("external_id=nobody&domain=nobody.test") == []
    assert found(f"external_id={'x' * 201}") == []
    assert found(f"domain=acme.test&after={acme.id}") == []


def test_a_user_is_found_by_address_in_their_own_organization_alone(
    api: Caller, deployment: Deployment, acme: Organization
) -> None:
    ada = deployment.user(acme, "ada@acme.test")
    bob = deployment.user(deployment.organization("other.test"), "bob@other.test")
    users = f"/v1/organizations/{acme.id}/users"

    def found(caller: Caller, email: str) -> list[str]:
        before = len(deployment.calls)
        reply = caller("GET", f"{users}?email={email}")
        assert reply.status == 200
        assert not {"Query", "Scan"} & set(deployment.calls[before:])
        return [user["id"] for user in reply.json["data"]]

    for caller in (api, key_of(deployment, acme.id)):
        assert found(caller, "ADA@Acme.test") == [ada.id]
        for email in (bob.email, "ad", "ada@acme", "", "nobody@acme.test"):
            assert found(caller, email) == []

"""The whole way through SimpleSAMLphp, an implementation that shares nothing with ours."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from ops.local.launch import LocalRun
from tests.interop.conftest import SimpleSamlPhp
from tests.visitor import Seen, Visitor

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def connection(product: LocalRun, simplesamlphp: SimpleSamlPhp) -> dict[str, Any]:
    """Acme's connection to SimpleSAMLphp, made over the API as an admin would."""
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {product.run['api_key']}"
    acme = next(user["organization_id"] for user in product.run["users"] if user["email"] == "admin@acme.test")
    connections = f"{product.base_url}/v1/organizations/{acme}/connections"
    made = api.post(connections, json={"provider": "simplesamlphp"}, timeout=10)
    assert made.status_code == 201, made.text
    simplesamlphp.register(made.json()["sp_entity_id"], made.json()["single_sign_on_url"])
    url = f"{connections}/{made.json()['id']}"
    etag = api.get(url, timeout=10).headers["ETag"]
    saved = api.patch(
        url,
        json={
            "identity_provider_url": simplesamlphp.sso_url,
            "identity_provider_issuer": simplesamlphp.entity_id,
            "x509_certificates": [simplesamlphp.certificate],
        },
        headers={"If-Match": etag},
        timeout=10,
    )
    assert saved.status_code == 200, saved.text
    assert saved.json()["status"] == "ready"
    return dict(saved.json())


@pytest.fixture
def person() -> Iterator[Visitor]:
    visitor = Visitor()
    yield visitor
    visitor.close()


def _sign_in(person: Visitor, connection: dict[str, Any], name: str, return_to: str = "") -> Seen:
    """To SimpleSAMLphp, through its password page, and back."""
    asked = person.open(connection["login_url"] + (f"?return_to={return_to}" if return_to else ""))
    answered = person.submit(asked, username=name, password=f"{name}-secret")
    return person.submit(answered, action="/acs")


def test_a_member_signs_in_and_the_connection_is_proven(
    product: LocalRun, connection: dict[str, Any], person: Visitor
) -> None:
    home = _sign_in(person, connection, "alice")
    assert (home.status, home.url) == (200, f"{product.base_url}/")
    session = person.open(f"{product.base_url}/v1/session").response.json()
    assert session["authentication_method"] == "saml"
    assert session["connection_id"] == connection["id"]
    assert session["user"]["email"] == "member@acme.test"
    path = f"{product.base_url}/v1/organizations/{session['organization']['id']}/connections/{connection['id']}"
    api = {"Authorization": f"Bearer {product.run['api_key']}"}
    assert requests.get(path, headers=api, timeout=10).json()["status"] == "active"


def test_the_deep_link_is_kept(product: LocalRun, connection: dict[str, Any], person: Visitor) -> None:
    target = f"/v1/session?tab={secrets.token_hex(4)}"
    arrived = _sign_in(person, connection, "alice", target.replace("?", "%3F").replace("=", "%3D"))
    assert (arrived.status, arrived.url) == (200, product.base_url + target)


def test_a_new_person_with_unusual_letters_gets_an_account(
    product: LocalRun, connection: dict[str, Any], person: Visitor
) -> None:
    assert _sign_in(person, connection, "jose").status == 200
    user = person.open(f"{product.base_url}/v1/session").response.json()["user"]
    assert user["email"] == "jose@acme.test"
    assert user["name"] == "José & <Ana> O'Núñez 日本"


def test_an_address_in_capital_letters_is_the_same_address(
    product: LocalRun, connection: dict[str, Any], person: Visitor
) -> None:
    assert _sign_in(person, connection, "bob").status == 200
    assert person.open(f"{product.base_url}/v1/session").response.json()["user"]["email"] == "bob.new@acme.test"


def test_a_person_of_another_company_is_refused(product: LocalRun, connection: dict[str, Any], person: Visitor) -> None:
    refused = _sign_in(person, connection, "carol")
    assert refused.status == 403
    assert "email_domain_not_allowed" in refused.text
    assert person.open(f"{product.base_url}/v1/session").status == 401


def test_a_person_without_an_address_is_refused(product: LocalRun, connection: dict[str, Any], person: Visitor) -> None:
    refused = _sign_in(person, connection, "nomail")
    assert refused.status == 403
    assert person.open(f"{product.base_url}/v1/session").status == 401

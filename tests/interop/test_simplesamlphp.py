"""The whole way through SimpleSAMLphp, an implementation that shares nothing with ours."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from ops.local.launch import LocalRun
from tests.interop.sign_in import sign_in
from tests.support.visitor import Visitor

pytestmark = pytest.mark.interop


@pytest.fixture
def person() -> Visitor:
    return Visitor()


def test_a_member_signs_in_and_the_connection_is_proven(
    product: LocalRun, connection: dict[str, Any], person: Visitor
) -> None:
    home = sign_in(person, connection, "alice")
    assert (home.status, home.url) == (200, f"{product.base_url}/")
    session = person.open(f"{product.base_url}/v1/session").json
    assert session["authentication_method"] == "saml"
    assert session["connection_id"] == connection["id"]
    assert session["user"]["email"] == "member@acme.test"
    path = f"{product.base_url}/v1/organizations/{session['organization']['id']}/connections/{connection['id']}"
    api = {"Authorization": f"Bearer {product.run['api_key']}"}
    assert requests.get(path, headers=api, timeout=10).json()["status"] == "active"


def test_the_deep_link_is_kept(product: LocalRun, connection: dict[str, Any], person: Visitor) -> None:
    target = f"/v1/session?tab={secrets.token_hex(4)}"
    arrived = sign_in(person, connection, "alice", target.replace("?", "%3F").replace("=", "%3D"))
    assert (arrived.status, arrived.url) == (200, product.base_url + target)


def test_a_new_person_with_unusual_letters_gets_an_account(
    product: LocalRun, connection: dict[str, Any], person: Visitor
) -> None:
    assert sign_in(person, connection, "jose").status == 200
    user = person.open(f"{product.base_url}/v1/session").json["user"]
    assert user["email"] == "jose@acme.test"
    assert user["name"] == "José & <Ana> O'Núñez 日本"


def test_an_address_in_capital_letters_is_the_same_address(
    product: LocalRun, connection: dict[str, Any], person: Visitor
) -> None:
    assert sign_in(person, connection, "bob").status == 200
    assert person.open(f"{product.base_url}/v1/session").json["user"]["email"] == "bob.new@acme.test"


def test_a_person_of_another_company_is_refused(product: LocalRun, connection: dict[str, Any], person: Visitor) -> None:
    refused = sign_in(person, connection, "carol")
    assert refused.status == 403
    assert "email_domain_not_allowed" in refused.text
    assert person.open(f"{product.base_url}/v1/session").status == 401


def test_a_person_without_an_address_is_refused(product: LocalRun, connection: dict[str, Any], person: Visitor) -> None:
    refused = sign_in(person, connection, "nomail")
    assert refused.status == 403
    assert person.open(f"{product.base_url}/v1/session").status == 401


def test_chromium_keeps_the_cookie_that_an_answer_from_another_site_needs(
    product: LocalRun, connection: dict[str, Any], page: Page
) -> None:
    page.goto(f"{connection['login_url']}?return_to=/v1/session")
    assert page.url.startswith("http://127.0.0.1:")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("alice-secret")
    page.get_by_role("button", name="Login").click()
    page.wait_for_url(f"{product.base_url}/v1/session")
    assert "member@acme.test" in page.content()

"""The package that is deployed, in the real runtime, from an empty account to signing out."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.real_runtime.conftest import DeployedProduct
from tests.real_runtime.customer import DeployedCustomer, identity_provider_values, new_customer
from tests.support.visitor import Seen, Visitor

_PASSWORD = "a long enough password"


@pytest.fixture
def customer(deployed_product: DeployedProduct) -> DeployedCustomer:
    return new_customer(deployed_product)


def _sign_in(person: Visitor, url: str, email: str) -> Seen:
    """Through the identity provider; the page at the end."""
    asked = person.open(url)
    answered = person.submit(asked, form_id="other", user=email)
    form = answered.form(form_id="answer")
    origin = "/".join(answered.url.split("/")[:3])
    return person.post(str(form.get("action")), urlencode(dict(form.form_values())), origin=origin)


def test_a_customer_configures_single_sign_on_signs_in_is_bound_by_the_policy_and_signs_out(
    customer: DeployedCustomer,
) -> None:
    product, member = customer.product, f"member@{customer.domain}"
    person = product.visitor()
    assert customer.domain in person.open(customer.link).text
    connection = customer.connect()
    assert connection["status"] == "ready"

    home = _sign_in(person, f"{connection['login_url']}?return_to=/v1/session", member)
    assert home.url == f"{product.url}/v1/session"
    assert home.json["user"]["email"] == member

    active = customer.call("GET", f"/organizations/{customer.organization_id}/connections/{connection['id']}").json()
    assert active["status"] == "active"
    checked = customer.call("POST", "/login-policy/check", {"email": member}).json()
    assert checked["methods"] == ["sso"]
    asked = product.visitor()
    led_to = asked.submit(asked.open(f"{product.url}/login"), action="/login", email=member)
    assert led_to.url.startswith(product.identity_provider.sso_url)

    left = person.submit(person.open(f"{product.url}/"), action="/logout")
    assert left.status == 200
    assert person.open(f"{product.url}/v1/session").status == 401


def test_the_invited_admin_comes_in_by_password_through_forms(customer: DeployedCustomer) -> None:
    person = customer.product.visitor()
    home = person.submit(person.open(customer.link), action="/invitation/", new_password=_PASSWORD)
    assert home.status == 200
    assert person.open(f"{customer.product.url}/v1/session").json["user"]["role"] == "admin"
    assert person.open(f"{customer.product.url}/admin/sso").status == 200


@pytest.mark.browser
def test_the_whole_way_in_chromium(customer: DeployedCustomer, chromium: Browser) -> None:
    product, member = customer.product, f"member@{customer.domain}"
    connection = customer.connect()
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(30_000)
    try:
        page = context.new_page()
        page.goto(connection["login_url"])
        page.get_by_text("Somebody else").click()
        page.locator("#other [name=user]").fill(member)
        page.locator("#other button").click()
        page.wait_for_url(f"{product.url}/")
        assert member in page.content()
        assert {cookie["name"][:7] for cookie in context.cookies()} == {"__Host-"}

        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{product.url}/login")
        page.get_by_label("Work email").fill(member)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.wait_for_url(f"{product.identity_provider.sso_url}**")
    finally:
        context.close()


@pytest.mark.browser
def test_an_admin_configures_it_all_in_chromium_with_a_certificate_as_a_der_file(
    customer: DeployedCustomer, chromium: Browser
) -> None:
    product, admin = customer.product, f"admin@{customer.domain}"
    values = identity_provider_values(product)
    certificate = base64.b64decode(values["x509_certificates"][0])
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(30_000)
    try:
        page = context.new_page()
        page.goto(customer.link)
        page.locator("[name=new_password]").fill(_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{product.url}/")
        page.goto(f"{product.url}/admin/sso")
        page.get_by_role("button", name="Set up single sign-on").click()
        page.set_input_files(
            "[name=import_file]", {"name": "idp.cer", "mimeType": "application/pkix-cert", "buffer": certificate}
        )
        page.get_by_role("button", name="Import").click()
        page.get_by_label("Identity Provider URL").fill(values["identity_provider_url"])
        page.get_by_label("Identity Provider Issuer").fill(values["identity_provider_issuer"])
        page.get_by_role("button", name="Save and test").click()
        page.wait_for_url(f"{product.identity_provider.sso_url}**")
        page.get_by_text("Somebody else").click()
        page.locator("#other [name=user]").fill(admin)
        page.locator("#other button").click()
        page.get_by_role("heading", name="The test passed").wait_for()
        page.get_by_role("link", name="Back to configuration").click()
        fingerprint = hashlib.sha256(certificate).hexdigest()
        assert fingerprint in page.content().replace(":", "").replace("<wbr>", "").lower()
    finally:
        context.close()

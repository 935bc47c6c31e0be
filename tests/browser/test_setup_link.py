"""A customer's IT person sets single sign-on up by a link, in a real Chromium; an admin puts it in force."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from ops.local.launch import LocalRun
from tests.support.customer import Customer, new_customer

pytestmark = pytest.mark.browser


def answer_as(page: Page, email: str, *, scripts: bool) -> None:
    """Sign in at the demo identity provider. Without JavaScript its answer takes a click."""
    page.get_by_text("Somebody else").click()
    page.locator("#other [name=user]").fill(email)
    page.locator("#other button").click()
    if not scripts:
        page.get_by_role("button", name="Continue").click()


def propose_and_test(page: Page, customer: Customer, link: str, *, scripts: bool) -> None:
    """From the link to a passed test."""
    page.goto(link)
    page.get_by_role("button", name="Start setup").click()
    page.get_by_role("radio", name="Keycloak", exact=True).check(force=True)
    expect(page.get_by_text("“Client ID” in Keycloak")).to_be_visible()
    page.get_by_label("Metadata URL").fill(str(customer.product.run["demo_idp"]["metadata_url"]))
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Metadata imported from its URL.")).to_be_visible()
    page.get_by_role("button", name="Save and test").click()
    answer_as(page, f"it@{customer.domain}", scripts=scripts)
    page.get_by_role("link", name="Back to configuration").click()
    page.wait_for_url(f"{customer.product.base_url}/setup")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_guest_without_an_account_sets_it_up_and_an_admin_applies_it(
    product: LocalRun, chromium: Browser, scripts: bool
) -> None:
    customer = new_customer(product)
    link = customer.call("POST", f"{customer.url}/setup-links", {})["url"]
    context = chromium.new_context(java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Security Policy" in message.text else None)
    propose_and_test(page, customer, link, scripts=scripts)
    expect(page.get_by_text("The test passed on")).to_be_visible()
    expect(page.get_by_text("Audience matches")).to_be_visible()
    page.goto(f"{product.base_url}/")
    page.wait_for_url(f"{product.base_url}/login")  # the test created no session

    (connection,) = customer.call("GET", f"{customer.url}/connections")["data"]
    assert (connection["status"], connection["pending"]["is_proven"]) == ("draft", True)
    url = f"{customer.url}/connections/{connection['id']}"
    etag = customer.call("GET", url, raw=True).headers["ETag"]
    assert customer.call("POST", f"{url}/pending/apply", None, etag)["status"] == "active"

    member = customer.user("member")
    page.goto(f"{connection['login_url']}?return_to=/v1/session")
    answer_as(page, member, scripts=scripts)
    page.wait_for_url(f"{product.base_url}/v1/session")
    assert member in page.content()
    assert not blocked
    context.close()

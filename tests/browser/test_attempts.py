"""A refused sign-in, from the person's page to the admin's, and into the inspector: in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from ops.local.launch import LocalRun
from tests.support.customer import Customer, new_customer

pytestmark = pytest.mark.browser

PASSWORD = "a password of an admin"


@dataclass
class Office:
    """A customer with a connection, its admin's browser, and what the browser complained about."""

    customer: Customer
    connection: dict[str, str]
    admin: BrowserContext
    scripts: bool
    complaints: list[str]

    @property
    def base(self) -> str:
        """The deployment."""
        return self.customer.product.base_url

    def page(self, path: str) -> Page:
        """A page in the admin's browser, signed in."""
        page = self.admin.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.base}{path}")
        if "/login" in page.url:
            page.get_by_role("link", name="Sign in with a password").click()
            page.get_by_label("Work email").fill(f"admin@{self.customer.domain}")
            page.get_by_role("textbox", name="Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(f"{self.base}{path}")
        return page

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def office(request: pytest.FixtureRequest, product: LocalRun, chromium: Browser) -> Iterator[Office]:
    """One customer, one admin."""
    customer = new_customer(product)
    customer.user("admin", "admin", PASSWORD)
    admin = chromium.new_context(java_script_enabled=request.param)
    admin.set_default_timeout(10_000)
    made = Office(customer, customer.connect(), admin, request.param, [])
    yield made
    admin.close()
    assert not made.complaints


def answer(page: Page, office: Office, scenario: str) -> tuple[str, str]:
    """A sign-in that the identity provider answers in a way; the page's text, and what was posted to us."""
    posted: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/acs"):
            posted.append(request.post_data or "")

    page.on("request", note)
    page.goto(office.connection["login_url"])
    page.get_by_text("Somebody else").click()
    page.locator("#other [name=user]").fill(f"lee@{office.customer.domain}")
    page.locator("#scenario").select_option(scenario)
    page.locator("#other button").click()
    page.wait_for_url(re.compile("/acs$|/$"))
    return page.content(), posted[0]


def test_a_refusal_page_leads_an_admin_to_what_failed_and_to_a_text_for_the_other_side(
    office: Office, page: Page
) -> None:
    answer(page, office, "wrong_audience")
    path = page.get_by_role("link", name="Admins: see every check").get_attribute("href")
    assert path
    admin = office.page(path)
    expect(admin.get_by_role("heading", level=1)).to_have_text("The response was meant for another application")
    expect(admin.locator(".verdicts .failed")).to_have_count(1)
    expect(admin.locator(".verdicts .failed")).to_contain_text("Audience matches")
    report = admin.get_by_label("Message").input_value()
    assert "saml_audience_mismatch" in report
    assert "lee@" not in report
    copy = admin.get_by_role("button", name="Copy message")
    expect(copy).to_be_visible(visible=office.scripts)
    if office.scripts:
        office.admin.grant_permissions(["clipboard-read", "clipboard-write"], origin=office.base)
        copy.click()
        expect(admin.get_by_role("status")).to_contain_text("Copied")
        assert admin.evaluate("navigator.clipboard.readText()") == report
    admin.get_by_role("link", name="All attempts refused for this reason").click()
    expect(admin.locator("table.rows tbody tr")).to_have_count(1)


def test_the_list_is_filtered_with_the_keyboard_alone(office: Office, page: Page) -> None:
    answer(page, office, "wrong_audience")
    answer(page, office, "expired")
    admin = office.page(f"/admin/sso/{office.connection['id']}/attempts")
    expect(admin.locator("table.rows tbody tr")).to_have_count(2)
    admin.get_by_label("Email or attempt ID").focus()
    admin.keyboard.press("Tab")
    admin.keyboard.press("Tab")
    expect(admin.get_by_label("Reason")).to_be_focused()
    admin.keyboard.type("The response came too late")
    for _ in range(12):
        admin.keyboard.press("Tab")
        if admin.get_by_role("button", name="Filter").evaluate("node => node === document.activeElement"):
            break
    admin.keyboard.press("Enter")
    admin.wait_for_url(re.compile("code=saml_expired"))
    expect(admin.locator("table.rows tbody tr")).to_have_count(1)
    attempt = admin.locator("table.rows tbody a")
    name = str(attempt.get_attribute("href")).rpartition("/")[2]
    admin.get_by_role("link", name="Clear").click()
    admin.get_by_label("Email or attempt ID").fill(name)
    admin.keyboard.press("Enter")
    admin.wait_for_url(re.compile(f"/attempts/{name}$"))


def test_a_response_copied_from_the_browser_is_explained(office: Office, page: Page) -> None:
    _, body = answer(page, office, "wrong_audience")
    admin = office.page(f"/admin/sso/{office.connection['id']}/attempts")
    admin.get_by_role("link", name="Inspect a SAML response").click()
    admin.get_by_label("SAML response").fill(body)
    admin.get_by_role("button", name="Inspect").click()
    expect(admin.get_by_role("status").first).to_contain_text("It would be rejected")
    expect(admin.locator("pre.xml")).to_contain_text("<saml:Assertion" if "saml:" in body else "Assertion")
    expect(admin.locator(".verdicts .failed").first).to_contain_text("Audience matches")
    admin.goto(f"{office.base}/admin/sso/{office.connection['id']}/attempts")
    expect(admin.locator("table.rows tbody tr")).to_have_count(1)  # inspecting left none

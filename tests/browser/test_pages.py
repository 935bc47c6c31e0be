"""Every page in a real Chromium: what its policy blocks, whether it fits a phone, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.site import LONG, Site
from tests.support.deployment import PASSWORD

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: Site, email: str, path: str = "/") -> None:
    page.goto(f"{site.base}/login?return_to={path}")
    page.get_by_label("Work email").fill(email)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.base}{path}")


def test_a_deep_link_is_kept_from_the_sign_in_page_to_its_end(person: BrowserContext, site: Site) -> None:
    page = person.new_page()
    page.goto(f"{site.base}/admin/users")
    page.get_by_label("Work email").fill("admin@acme.test")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/admin/users")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.base}/login")


def test_the_sign_in_form_may_end_at_an_identity_provider_on_another_site(person: BrowserContext, site: Site) -> None:
    site.deployment.connection(site.acme, identity_provider_url=f"{site.provider}/sso")
    page = person.new_page()
    page.goto(f"{site.base}/login")
    page.get_by_label("Work email").fill(LONG)
    page.get_by_role("button", name="Continue").click(no_wait_after=True)
    page.wait_for_url(f"{site.provider}/sso?**")
    expect(page).to_have_title("Identity provider")


def test_an_admin_invites_and_the_invited_person_comes_in(person: BrowserContext, site: Site, page: Page) -> None:
    admin = person.new_page()
    sign_in(admin, site, "admin@acme.test", "/admin/users")
    admin.get_by_label("Work email").fill("new@acme.test")
    admin.get_by_role("button", name="Create invitation link").click()
    page.goto(admin.get_by_role("textbox", name="Link").input_value())
    page.get_by_role("textbox", name="New password").fill("another fine password")
    page.get_by_role("button", name="Set password and sign in").click()
    page.wait_for_url(f"{site.base}/")
    expect(page.get_by_text("new@acme.test").first).to_be_visible()


def test_a_failed_save_leads_to_the_field_and_keeps_what_was_typed(person: BrowserContext, site: Site) -> None:
    page = person.new_page()
    sign_in(page, site, "admin@acme.test", "/admin/sso")
    page.get_by_role("button", name="Set up single sign-on").click()
    page.get_by_label("Identity Provider Issuer").fill("https://idp.acme.test")
    page.get_by_label("Key x509 certificate").fill("nothing of that kind")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page).to_have_url(f"{page.url.partition('#')[0]}#x509_certificates")
    expect(page.get_by_label("Identity Provider Issuer")).to_have_value("https://idp.acme.test")
    assert page.title().startswith("Error: ")


def test_the_copy_button_copies_the_single_sign_on_url(context: BrowserContext, site: Site) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.base)
    page = context.new_page()
    sign_in(page, site, "admin@acme.test", "/admin/sso")
    page.get_by_role("button", name="Set up single sign-on").click()
    page.get_by_role("button", name="Copy Single Sign-On URL").click()
    expect(page.get_by_role("status")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_role("textbox", name="Single Sign-On URL").input_value()


def test_no_page_is_blocked_by_its_own_policy_or_wider_than_a_small_phone(context: BrowserContext, site: Site) -> None:
    connection = site.deployment.connection(site.acme, proven=False, was_active=True)
    invitation = site.deployment.container.links.invite(site.acme.id, site.member.id, site.deployment.now).url
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    blocked: list[str] = []
    page.on("console", _noting(blocked))

    def visit(*paths: str) -> None:
        for path in paths:
            page.goto(f"{site.base}{path}")
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{path} is {wide} px too wide"
            assert page.locator("html").get_attribute("lang") == "en"
            assert page.locator("h1").count() == 1

    visit("/login", "/login/sso", "/invitation/void", invitation.removeprefix(site.base))
    sign_in(page, site, LONG)
    visit("/", "/password", "/admin/users")
    page.context.clear_cookies()
    sign_in(page, site, "admin@basic.test")
    visit("/admin/sso")
    page.context.clear_cookies()
    sign_in(page, site, "admin@acme.test")
    visit("/admin/users", f"/admin/users/{site.member.id}", "/admin/sso?all=1", f"/admin/sso/{connection.id}")
    assert not blocked


def _noting(blocked: list[str]) -> Callable[[ConsoleMessage], None]:
    return lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None

"""The sign-in pages in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chalicelib.sessions.remembered_account import RememberedAccount
from tests.browser.site import LONG, Site
from tests.browser.walk import Walk
from tests.support.deployment import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/login", "/login/sso"])
def test_one_press_leads_who_came_last_to_their_identity_provider(
    person: BrowserContext, site: Site, path: str
) -> None:
    site.deployment.connection(site.acme, identity_provider_url=f"{site.provider}/sso")
    page = person.new_page()
    walk = Walk(site, page)
    walk.remember(RememberedAccount(LONG, "Acme", by_sso=True))
    walk.go(path)
    page.get_by_role("button", name="Continue with Acme SSO").click(no_wait_after=True)
    page.wait_for_url(f"{site.provider}/sso?**")
    expect(page).to_have_title("Identity provider")


def test_who_came_last_is_forgotten_when_they_want_it(person: BrowserContext, site: Site) -> None:
    page = person.new_page()
    walk = Walk(site, page)
    walk.remember(RememberedAccount(LONG, "Acme", by_sso=True))
    walk.go("/login")
    page.get_by_role("button", name="Forget this account").click()
    expect(page.get_by_text(LONG)).to_have_count(0)
    page.reload()
    expect(page.get_by_text(LONG)).to_have_count(0)


def test_the_show_button_toggles_the_password(page: Page, site: Site) -> None:
    ask_for_password(page, site)
    field, button = page.locator("#password"), page.get_by_role("button", name="Show what you type")
    field.fill(PASSWORD)
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(field).to_have_attribute("type", "password")
    button.click()
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.base}/")


def test_without_javascript_nothing_offers_to_show_a_password(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    ask_for_password(page, site)
    expect(page.locator("[data-reveal]")).to_be_hidden()
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/")
    context.close()


def test_a_pressed_button_says_that_it_works_and_is_pressed_once(page: Page, site: Site) -> None:
    ask_for_password(page, site)
    page.locator("#password").fill(PASSWORD)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    told = page.locator("form[action$='/login/password']").evaluate(
        """form => {
          form.requestSubmit();
          form.requestSubmit();
          return [form.ariaBusy, form.querySelector('.btn.pri').className, document.querySelector('#live').textContent];
        }"""
    )
    assert told == ["true", "btn pri wide busy", "Working…"]
    page.wait_for_url(f"{site.base}/")
    assert sent == [f"{site.base}/login/password"]


def test_motion_is_spared_to_who_does_not_want_it(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    ask_for_password(page, site)
    moving = "all => all.filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    assert page.locator("body *").evaluate_all(moving) == 0
    context.close()


def test_the_keyboard_suffices_from_the_sign_in_page_to_a_new_password(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/login")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type(LONG)
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/")
    to(page, "Change password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/password")
    to(page, "")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("another fine password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Password changed")).to_be_visible()
    to(page, "Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.base}/login")


def to(page: Page, name: str) -> None:
    """Tab to the link or button of this name; without one, to the first field."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(
            "n => n ? document.activeElement.innerText === n : document.activeElement.matches('input')", name
        ):
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


def ask_for_password(page: Page, site: Site) -> None:
    """The password form of a member without single sign-on."""
    page.goto(f"{site.base}/login")
    page.locator("#email").fill(LONG)
    page.keyboard.press("Enter")
    page.wait_for_selector("#password")

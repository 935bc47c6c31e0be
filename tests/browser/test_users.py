"""User management in a real Chromium: an admin finds people, invites, changes and removes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ops.local.launch import LocalRun
from tests.support.customer import Customer, new_customer

pytestmark = pytest.mark.browser

PASSWORD = "a password of an admin"


@pytest.fixture
def customer(product: LocalRun) -> Customer:
    made = new_customer(product)
    made.user("admin", "admin", PASSWORD)
    return made


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def admin(request: pytest.FixtureRequest, chromium: Browser, customer: Customer) -> Iterator[Page]:
    """The admin's browser, signed in, on the list of people."""
    context = chromium.new_context(java_script_enabled=request.param)
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, customer, "admin", PASSWORD)
    yield page
    context.close()
    assert not complaints


def sign_in(page: Page, customer: Customer, name: str, password: str, path: str = "/admin/users") -> None:
    page.goto(f"{customer.product.base_url}/login?return_to={path}")
    page.get_by_label("Work email").fill(f"{name}@{customer.domain}")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{customer.product.base_url}{path}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_person_is_invited_comes_in_is_promoted_signed_out_and_removed(
    admin: Page, customer: Customer, context: BrowserContext
) -> None:
    email = f"lee@{customer.domain}"
    admin.get_by_label("Work email").fill(email)
    admin.get_by_label("Name", exact=False).first.fill("Lee Moss")
    press(admin, "Create invitation link")
    link = admin.get_by_role("textbox", name="Link").input_value()
    invited = context.new_page()
    invited.goto(link)
    invited.get_by_role("textbox", name="New password").fill(PASSWORD)
    press(invited, "Set password and sign in")
    invited.wait_for_url(f"{customer.product.base_url}/")

    admin.get_by_role("link", name="Done").click()
    expect(admin.locator(".facts")).to_contain_text("with a password")
    press(admin, "Make an admin")
    expect(admin.locator(".note.ok")).to_contain_text("is now an admin")
    invited.goto(f"{customer.product.base_url}/")
    expect(invited).to_have_url(re.compile("/login"))  # a change of role ended the session
    sign_in(invited, customer, "lee", PASSWORD)
    press(admin, "Sign out everywhere")
    invited.reload()
    expect(invited).to_have_url(re.compile("/login"))
    admin.get_by_text(f"Remove {email}…").click()
    press(admin, "Remove permanently")
    expect(admin.locator(".note.ok")).to_contain_text("Removed permanently.")
    expect(admin.locator("table.persons tbody tr")).to_have_count(1)


def test_people_are_found_and_disabled_with_the_keyboard_alone(admin: Page, customer: Customer) -> None:
    for name in ("kim", "ines", "omar"):
        customer.user(name)
    admin.reload()
    search = admin.get_by_label("Name or email")
    tab_to(admin, lambda: search.evaluate("node => node === document.activeElement"))
    admin.keyboard.type("INES")
    admin.keyboard.press("Enter")
    admin.wait_for_url(re.compile("who=INES"))
    rows = admin.locator("table.persons tbody tr")
    expect(rows).to_have_count(1)
    person = rows.get_by_role("link")
    tab_to(admin, lambda: person.evaluate("node => node === document.activeElement"))
    admin.keyboard.press("Enter")
    admin.wait_for_url(re.compile("/admin/users/usr_"))
    disable = admin.get_by_role("button", name="Disable", exact=True)
    tab_to(admin, lambda: disable.evaluate("node => node === document.activeElement"))
    admin.keyboard.press("Enter")
    expect(admin.locator(".note.ok")).to_contain_text("is disabled and has been signed out")
    expect(admin.get_by_role("button", name="New invitation link")).to_have_count(0)


def tab_to(page: Page, arrived: Callable[[], bool]) -> None:
    """Press Tab until it is there."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if arrived():
            return
    raise AssertionError("the keyboard doesn't get there")


def test_a_refused_invitation_leads_to_the_field_and_the_last_admin_reads_why_they_stay(
    admin: Page, customer: Customer
) -> None:
    admin.get_by_label("Work email").fill("nobody")
    press(admin, "Create invitation link")
    assert admin.title().startswith("Error: ")
    admin.get_by_role("alert").get_by_role("link").click()
    expect(admin.get_by_label("Work email")).to_have_value("nobody")
    expect(admin.get_by_label("Work email")).to_have_attribute("aria-invalid", "true")
    admin.goto(f"{customer.product.base_url}/admin/users")
    admin.locator("table.persons").get_by_role("link").click()
    expect(admin.get_by_text("This is the last active admin.")).to_be_visible()
    expect(admin.get_by_role("button", name="Disable", exact=True)).to_have_count(0)

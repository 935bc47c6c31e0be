"""An admin configures single sign-on in a real Chromium, from a metadata address to a passed test and on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, expect

from ops.local.launch import LocalRun
from tests.support.customer import Customer, new_customer

pytestmark = pytest.mark.browser

PASSWORD = "a password to configure with"
CLICKS_MOST = 6


@dataclass
class Hand:
    """A user's clicks and key presses, counted."""

    page: Page
    clicks: int = 0
    pastes: int = 0

    def click(self, target: Locator) -> None:
        """One click."""
        self.clicks += 1
        target.click()

    def paste(self, target: Locator, text: str) -> None:
        """One paste; the cursor is put there by a click."""
        self.click(target)
        self.pastes += 1
        self.page.keyboard.insert_text(text)

    def button(self, name: str) -> Locator:
        """A button by its exact name."""
        return self.page.get_by_role("button", name=name, exact=True)


@dataclass
class Desk:
    """An admin at the page of a new connection."""

    page: Page
    customer: Customer
    scripts: bool
    blocked: list[str]

    @property
    def metadata(self) -> str:
        """Where the demo identity provider describes itself."""
        return str(self.customer.product.run["demo_idp"]["metadata_url"])

    def answer_as(self, hand: Hand, email: str) -> None:
        """Sign in at the demo identity provider. Without JavaScript its answer takes a click."""
        hand.click(self.page.get_by_text("Somebody else"))
        self.page.locator("#other [name=user]").fill(email)
        hand.click(self.page.locator("#other button"))
        if not self.scripts:
            hand.click(hand.button("Continue"))
        expect(self.page.get_by_role("heading", name="The test passed")).to_be_visible()

    def connect(self, hand: Hand) -> None:
        """From the metadata address to a passed test."""
        hand.paste(self.page.get_by_label("Metadata URL"), self.metadata)
        hand.click(hand.button("Import"))
        expect(self.page.get_by_text("Metadata imported from its URL.")).to_be_visible()
        hand.click(hand.button("Save and test"))
        self.answer_as(hand, f"lee@{self.customer.domain}")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def window(chromium: Browser, *, scripts: bool) -> Iterator[BrowserContext]:
    context = chromium.new_context(java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def desk(product: LocalRun, window: BrowserContext, *, scripts: bool) -> Desk:
    customer = new_customer(product)
    admin = customer.user("admin", "admin", PASSWORD)
    page, blocked = window.new_page(), list[str]()
    page.on("console", lambda message: blocked.append(message.text) if "Security Policy" in message.text else None)
    page.goto(f"{product.base_url}/login?return_to=/admin/sso")
    page.get_by_label("Work email").fill(admin)
    page.keyboard.press("Enter")
    page.locator("[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Set up single sign-on").click()
    return Desk(page, customer, scripts, blocked)


def test_a_metadata_address_leads_to_a_passed_test_in_six_clicks_and_one_paste(desk: Desk) -> None:
    page, hand = desk.page, Hand(desk.page)
    configuration = page.url
    desk.connect(hand)
    assert (hand.pastes, hand.clicks) == (1, 5 if desk.scripts else 6)
    assert hand.clicks <= CLICKS_MOST
    page.get_by_role("link", name="Back to configuration").click()
    page.wait_for_url(configuration)
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    assert not desk.blocked


def test_a_click_on_a_received_attribute_maps_it(desk: Desk) -> None:
    page = desk.page
    desk.connect(Hand(page))
    page.locator("details.attribute summary").first.click()
    page.locator("details.attribute").first.get_by_role("button", name="Last name").click()
    expect(page.get_by_text("Attribute mapping saved.")).to_be_visible()


def test_a_live_connections_new_values_wait_until_a_test_has_proven_them(desk: Desk) -> None:
    page, hand = desk.page, Hand(desk.page)
    configuration = page.url
    desk.connect(hand)
    page.goto(configuration)
    url = page.get_by_label("Identity Provider URL")
    before = url.input_value()
    url.fill(f"{before}?tenant=new")
    hand.click(hand.button("Save"))
    expect(page.get_by_text("Saved as pending changes")).to_be_visible()
    hand.click(hand.button("Test sign-in"))
    desk.answer_as(hand, f"lee@{desk.customer.domain}")
    expect(page.get_by_text("These settings aren't live yet")).to_be_visible()
    page.goto(configuration)
    hand.click(hand.button("Apply changes"))
    expect(page.get_by_text("Changes are live.")).to_be_visible()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    page.get_by_text("Undo changes from").click()
    hand.click(hand.button("Restore previous settings"))
    expect(page.get_by_text("Previous settings restored.")).to_be_visible()
    expect(page.get_by_label("Identity Provider URL")).to_have_value(before)
    assert not desk.blocked


def test_the_provider_is_chosen_by_keyboard_and_speaks_its_own_words(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("radio", name="Okta", exact=True).check(force=True)
    expect(page.get_by_text("“Audience URI (SP Entity ID)” in Okta")).to_be_visible()
    expect(page.get_by_text("“Identifier (Entity ID)” in Microsoft Entra")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("“Identifier (Entity ID)” in Microsoft Entra")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("radio", name="Microsoft Entra", exact=True)).to_be_checked()


def test_the_enter_key_saves(desk: Desk) -> None:
    page = desk.page
    page.get_by_label("Identity Provider Issuer").fill("https://idp.test")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_label("Identity Provider Issuer")).to_have_value("https://idp.test")


def test_the_second_of_two_concurrent_saves_is_refused_and_keeps_the_input(desk: Desk) -> None:
    mine, theirs = desk.page, desk.page.context.new_page()
    theirs.goto(mine.url)
    for page, issuer in ((theirs, "https://theirs.test"), (mine, "https://mine.test")):
        page.get_by_label("Identity Provider Issuer").fill(issuer)
        page.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_role("alert")).to_contain_text(f"Not saved. admin@{desk.customer.domain} made changes at")
    expect(mine.get_by_label("Identity Provider Issuer")).to_have_value("https://mine.test")
    expect(mine.get_by_text("Saved value: https://theirs.test")).to_be_visible()
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_text("Saved.", exact=True)).to_be_visible()


def test_a_file_is_read_and_a_private_key_is_never_shown_again(desk: Desk) -> None:
    page, hand = desk.page, Hand(desk.page)
    secret = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"
    file = FilePayload(name="key.pem", mimeType="application/x-pem-file", buffer=secret.encode())
    page.get_by_label("Or drop a file here").set_input_files(file)
    hand.click(hand.button("Import"))
    expect(page.get_by_role("alert")).to_contain_text("private key")
    assert "c2VjcmV0" not in page.content()
    assert page.title().startswith("Error: ")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#import_text")

"""The whole way in, in a real Chromium: the product on localhost, the identity provider on another site."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from ops.local.launch import LocalRun
from tests.support.customer import new_customer

pytestmark = pytest.mark.browser


def test_a_member_is_sent_to_their_identity_provider_and_comes_back_signed_in(product: LocalRun, page: Page) -> None:
    customer = new_customer(product)
    member = customer.user("member")
    connection = customer.connect()

    page.goto(connection["login_url"] + "?return_to=/v1/session")
    assert page.url.startswith("http://127.0.0.1:")
    page.get_by_text("Somebody else").click()
    page.locator("#other [name=user]").fill(member)
    page.locator("#other button").click()
    page.wait_for_url(f"{product.base_url}/v1/session")
    assert member in page.content()

    page.goto(f"{product.base_url}/")
    assert member in page.content()

    page.context.clear_cookies()
    page.goto(f"{product.base_url}/login")
    page.get_by_label("Work email").fill(member)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("http://127.0.0.1:*/sso**")

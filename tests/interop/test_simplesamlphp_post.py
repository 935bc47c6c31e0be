"""AuthnRequests by HTTP-POST at SimpleSAMLphp, from a Chromium with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ops.local.launch import LocalRun
from tests.interop.conftest import SimpleSamlPhp, connect
from tests.interop.sign_in import attempts, demanding_signatures

pytestmark = pytest.mark.interop


def unsigned(_: str) -> dict[str, Any]:
    return {}


def signed_in_as(page: Page, product: LocalRun, connection: dict[str, Any], *, scripts: bool) -> str:
    """Through the page that posts itself, and SimpleSAMLphp's password page; the document at the end."""
    requested: list[str] = []
    page.on("request", lambda request: requested.append(f"{request.method} {request.url.partition('?')[0]}"))
    page.goto(f"{connection['login_url']}?return_to=/v1/session")
    if not scripts:
        page.get_by_role("button", name="Continue to sign in").click()
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("alice-secret")
    page.get_by_role("button", name="Login").click()
    if not scripts:
        page.get_by_role("button").click()
    page.wait_for_url(f"{product.base_url}/v1/session")
    assert f"POST {connection['identity_provider_url']}" in requested
    return page.content()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(
    ("signs", "settings"), [(False, unsigned), (True, demanding_signatures)], ids=["unsigned", "signed"]
)
def test_a_posted_request_is_accepted(
    product: LocalRun,
    simplesamlphp: SimpleSamlPhp,
    chromium: Browser,
    signs: bool,
    settings: Callable[[str], dict[str, Any]],
    scripts: bool,
) -> None:
    connection = connect(product, simplesamlphp, {"request_binding": "post", "sign_requests": signs}, settings=settings)
    context = chromium.new_context(java_script_enabled=scripts, locale="en")
    context.set_default_timeout(30_000)
    assert "member@acme.test" in signed_in_as(context.new_page(), product, connection, scripts=scripts)
    context.close()
    assert attempts(product, connection) == [None]


def test_an_unsigned_request_is_missed_where_signatures_are_demanded(
    product: LocalRun, simplesamlphp: SimpleSamlPhp, page: Page
) -> None:
    connection = connect(product, simplesamlphp, {"request_binding": "post"}, demanding_signatures)
    page.goto(connection["login_url"])
    page.wait_for_url(f"{simplesamlphp.base_url}/**")
    assert "Unhandled exception" in page.content()
    assert attempts(product, connection) == []

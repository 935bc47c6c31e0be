from __future__ import annotations

import zlib
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.deployment import Deployment
from tests.routes.browser import Browser


def request_in(location: str) -> str:
    """The AuthnRequest that a redirect carries (SAML Bindings section 3.4.4.1)."""
    (encoded,) = parse_qs(urlsplit(location).query)["SAMLRequest"]
    return zlib.decompress(b64decode(encoded), -15).decode()


@pytest.mark.parametrize(
    ("query", "forced"), [("", False), ("?switch_account=1", True), ("?switch_account=yes", False)]
)
def test_who_wants_another_account_is_signed_in_anew(
    browser: Browser, deployment: Deployment, query: str, forced: bool
) -> None:
    connection = deployment.connection(deployment.organization())
    location = browser.get(f"/saml/{connection.id}/login{query}").location
    assert ('ForceAuthn="true"' in request_in(location)) is forced


def test_who_wants_another_account_is_not_led_back_to_the_old_one(browser: Browser, deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    path = f"/saml/{connection.id}/login?switch_account=1&login_hint=lee%40acme.test"
    assert "lee" not in browser.get(path).location

"""Signs in as a browser does, from the first redirect to the session of the user."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tools.load.customer import Customer, IdentityProvider
from tools.load.http_client import Client, UnexpectedReply

_FORM: Final = "application/x-www-form-urlencoded"


def sign_in(base_url: str, customer: Customer, identity_provider: IdentityProvider, email: str) -> None:
    """Signs in with a new browser and verifies that the session belongs to this user of this customer.

    Raises:
        Unexpected: it doesn't.
        OSError, http.client.HTTPException: there was no answer.
    """
    with Client(base_url) as browser:
        started = browser.ask("login", "GET", f"{customer.login_url}?return_to=/", 303)
        form = identity_provider.form(started.headers["Location"], email, datetime.now(UTC))
        posted = {"Content-Type": _FORM, "Origin": "http://127.0.0.1:9"}
        browser.ask("acs", "POST", customer.acs_url, 303, posted, form)
        found = browser.ask("session", "GET", f"{base_url}/v1/session", 200).document
    seen = (found["user"]["email"], found["organization"]["id"])
    if seen != (email, customer.organization_id):
        raise UnexpectedReply(f"session: of somebody else, {seen[0]} in {seen[1]}")

"""The page of a setup link's guest: the admins' value cards, with the actions that a guest may take."""

from __future__ import annotations

from datetime import datetime

from chalicelib.connections.connection_page import PageMessages, values_shown
from chalicelib.connections.form import Entries, stored_entries
from chalicelib.connections.model import LastTest
from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http import browser_session
from chalicelib.http.framework import Request, Response
from chalicelib.http.rendering import page
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sessions.browser import BrowserSession
from chalicelib.setup_links.sessions import SetupSession
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in_attempts.model import Attempt
from chalicelib.sign_in_attempts.report import without_names


def guest_cards(
    request: Request,
    guest: SetupSession,
    entries: Entries | None = None,
    said: PageMessages | None = None,
    status: int = 200,
) -> Response:
    """Renders the page.

    Args:
        entries: the fields' contents; None for the stored values.
    """
    connection, said = guest.connection, said or PageMessages()
    test = _test_of_these(guest)
    return page(
        "setup.html",
        guests_visitor(request, guest),
        status=status,
        to_provider=True,
        guest=guest,
        metadata=None,
        test=test,
        tested=_last_test(guest, test, current().clock()),
        advice=localize_refusal(RefusalCode(test.code), connection.provider)
        if test is not None and test.code
        else None,
        **values_shown(connection, entries or stored_entries(connection), said),
    )


def guests_visitor(request: Request, guest: SetupSession) -> BrowserSession:
    """Makes the browser session of a guest, with CSRF tokens bound to the guest session."""
    address = str(request.context.get("identity", {}).get("sourceIp", ""))
    return browser_session.BrowserSession(None, None, guest.secret, new_secret=False, address=address)


def _test_of_these(guest: SetupSession) -> LastTest | None:
    """Returns the last test, if it tested the current pending values."""
    test, version = guest.connection.last_test, guest.connection.version
    return test if test is not None and test.of_pending and test.version == version else None


def _last_test(guest: SetupSession, test: LastTest | None, now: datetime) -> Attempt | None:
    """Returns the test's checks while they are retained, without the user's identity, as an admin may have run the
    test.
    """
    if test is None:
        return None
    try:
        attempt = current().attempts.get(guest.organization, guest.connection.id, test.attempt_id, now)
    except NotFound:
        return None
    return without_names(attempt)

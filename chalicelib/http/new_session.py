"""The cookies that start and end a browser's session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from chalicelib.container import current
from chalicelib.http.browser_session import BrowserSession
from chalicelib.http.cookies import (
    Account,
    account_cookie,
    cookies_in,
    marker_cookie,
    no_marker_cookie,
    no_session_cookie,
    session_cookie,
    unconfirmed_cookie_name,
)
from chalicelib.http.framework import Request, Response
from chalicelib.http.rendering import redirect
from chalicelib.settings import Settings


class NewSession(Protocol):
    """A session that begins with this response."""

    @property
    def cookie(self) -> str:
        """The value of the session cookie."""

    @property
    def marker(self) -> str:
        """The value of the marker cookie."""

    @property
    def account(self) -> Account:
        """The account that the sign-in page may offer next time."""

    @property
    def expires_at(self) -> datetime:
        """The end of the session."""


def begin_session(
    visitor: BrowserSession[Any, Any], session: NewSession, return_to: str, cookies: Iterable[str] = ()
) -> Response:
    """The response that starts a session; the browser's previous session ends (ASVS 5.0, 7.2.4)."""
    if visitor.signed_in is not None:
        current().sessions.end(visitor.cookie)
    account = account_cookie(session.account, current().settings)
    return redirect(return_to, cookies=[*session_cookies(session), account, *cookies])


def session_cookies(session: NewSession) -> list[str]:
    """The session cookie, and the marker by which the assertion consumer service recognizes the session."""
    made, ends = current(), session.expires_at
    now = made.clock()
    return [session_cookie(session.cookie, ends, made.settings, now), marker_cookie(session.marker, ends, now)]


def unconfirmed_in(request: Request) -> str | None:
    """The cookie of a sign-in that waits for confirmation in this browser."""
    return cookies_in(request.headers.get("cookie")).get(unconfirmed_cookie_name(current().settings))


def ended_session_cookies(settings: Settings) -> list[str]:
    """Deletes both cookies."""
    return [no_session_cookie(settings), no_marker_cookie()]

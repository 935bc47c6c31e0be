"""What a browser gets when its session begins."""

from __future__ import annotations

from collections.abc import Iterable

from chalice.app import Response

from chalicelib.container import current
from chalicelib.routes.cookies import account_cookie, session_cookie
from chalicelib.routes.page import redirect
from chalicelib.routes.visitor import Visitor
from chalicelib.services.sessions import NewSession


def signed_in(visitor: Visitor, session: NewSession, return_to: str, cookies: Iterable[str] = ()) -> Response:
    """The answer that begins a session; one that this browser had before ends (ASVS 5.0, 7.2.4)."""
    if visitor.signed_in is not None:
        current().sessions.end(visitor.cookie)
    made = current()
    cookie = session_cookie(session.cookie, session.session.expires_at, made.settings, made.clock())
    return redirect(return_to, cookies=[cookie, account_cookie(session.account, made.settings), *cookies])

"""Pages that follow a SAML response, requested from our own site so that the session cookie is sent (SameSite=Lax).

A response is posted from another site. Where it would replace another person's session, where this browser did not ask
for it, or where it creates no session although the browser already has one, the browser comes here by one redirect.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chalicelib.container import current
from chalicelib.errors import Conflict, NotFound, NotSignedIn, SignInRefused
from chalicelib.http.browser_session import (
    browser_session_of,
    form_of,
    is_token_of,
    query_of,
    token_of,
)
from chalicelib.http.cookies import (
    account_cookie,
    no_unconfirmed_cookie,
    unconfirmed_cookie,
)
from chalicelib.http.framework import Request, Response
from chalicelib.http.new_session import session_cookies, unconfirmed_in
from chalicelib.http.rendering import page, redirect
from chalicelib.return_path import HOME, safe_return_path
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sessions.browser import BrowserSession
from chalicelib.sessions.model import CONFIRMATION_LIFETIME
from chalicelib.sessions.service import NewSession
from chalicelib.sessions.signed_in import SignedInSession

_OLD_ANSWERS: Final = frozenset(
    {RefusalCode.SAML_REPLAYED, RefusalCode.SAML_NO_REQUEST, RefusalCode.SAML_REQUEST_EXPIRED}
)
_MAX_DOMAINS: Final = 3  # maximum domains shown per organization


def to_confirmation(connection_id: str, session: NewSession, return_path: str, cookies: Iterable[str]) -> Response:
    """Redirects to the confirmation that replaces another user's session. Session and remembered account stay
    unchanged.

    Args:
        cookies: more cookies to set or to delete.
    """
    cookies = [unconfirmed_cookie(session.cookie, current().settings, CONFIRMATION_LIFETIME), *cookies]
    return redirect(f"/saml/{connection_id}/confirm", return_to=return_path, cookies=cookies)


def confirmation(request: Request) -> Response:
    """Renders the page that names both users.

    Without a session of another user, the pending sign-in takes effect immediately. Any site can send the browser here,
    so the remembered account stays unchanged.
    """
    visitor, pending = browser_session_of(request), _pending_session(request)
    return_to = safe_return_path(query_of(request, "return_to"))
    if pending is None:
        return redirect(return_to, cookies=[no_unconfirmed_cookie(current().settings)])
    if visitor.signed_in is None or visitor.signed_in.user.id == pending.user.id:
        return _confirmed(pending, visitor, return_to, remembers=False)
    return page(
        "confirm_sign_in.html",
        visitor,
        here=visitor.signed_in,
        coming=pending,
        domains={session.user.id: _verified_domains(session) for session in (visitor.signed_in, pending)},
        return_to=return_to,
    )


def confirm(request: Request) -> Response:
    """Handles the confirmation form: replaces the session, or keeps it and discards the new sign-in."""
    visitor = browser_session_of(request)
    form = form_of(request, visitor)
    pending, return_to = _pending_session(request), safe_return_path(form.get("return_to"))
    if pending is None or form.get("do") != "replace":
        if pending is not None:
            current().sessions.end(unconfirmed_in(request))
        return redirect(HOME, cookies=[no_unconfirmed_cookie(current().settings)])
    return _confirmed(pending, visitor, return_to, remembers=True)


def is_old_answer(refusal: SignInRefused) -> bool:
    """Returns True for a refusal caused by a back button, a second post or a restored tab: the response was used, or
    its request is unknown or expired."""
    if refusal.reason in _OLD_ANSWERS:
        return True
    has_request = refusal.attempt is not None and refusal.attempt.request_id is not None
    return refusal.reason is RefusalCode.SAML_EXPIRED and not has_request


def to_wanted_page(connection_id: str, refusal: SignInRefused, return_path: str) -> Response:
    """Redirects to the requested page, if the browser's session is valid."""
    code, attempt_id = refusal.reason.value, refusal.attempt.id if refusal.attempt else ""
    token = token_of(_token_subject(connection_id, code, attempt_id))
    path = f"/saml/{connection_id}/answered"
    return redirect(path, return_to=return_path, code=code, attempt=attempt_id, token=token)


def answered(request: Request, connection_id: str) -> Response:
    """Redirects to the requested page; without a session, raises the refusal.

    Raises:
        SignInRefused: the browser has no session.
        NotFound: the URL is not one that the ACS redirects to.
    """
    code, attempt_id = query_of(request, "code"), query_of(request, "attempt")
    if not is_token_of(_token_subject(connection_id, code, attempt_id), query_of(request, "token")):
        raise NotFound
    visitor = browser_session_of(request)
    if visitor.signed_in is not None:
        return redirect(safe_return_path(query_of(request, "return_to")))
    made = current()
    attempt = made.attempts.get_refused(connection_id, attempt_id, made.clock()) if attempt_id else None
    raise SignInRefused(RefusalCode(code), attempt=attempt)


def _token_subject(connection_id: str, code: str, attempt_id: str) -> str:
    return f"answered {connection_id} {code} {attempt_id}"


def _pending_session(request: Request) -> SignedInSession | None:
    try:
        return current().sessions.find_unconfirmed(unconfirmed_in(request), current().clock())
    except NotSignedIn:
        return None


def _confirmed(pending: SignedInSession, visitor: BrowserSession, return_to: str, *, remembers: bool) -> Response:
    made = current()
    try:
        session = made.sessions.confirm(pending, visitor.signed_in, made.clock())
    except Conflict:  # the button was pressed twice; the first press started the session
        return redirect(return_to)
    cookies = [*session_cookies(session), no_unconfirmed_cookie(made.settings)]
    if remembers:
        cookies.append(account_cookie(session.account, made.settings))
    return redirect(return_to, cookies=cookies)


def _verified_domains(session: SignedInSession) -> list[str]:
    return [domain.domain for domain in session.organization.domains if domain.verified][:_MAX_DOMAINS]

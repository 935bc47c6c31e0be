"""What follows a SAML response on our own site, where the session cookie comes along (SameSite=Lax).

A response is posted from another site. Where it would replace another person's session, or signs nobody in although the
browser has a session, the browser comes here by one redirect.
"""

from __future__ import annotations

from typing import Final

from chalicelib.container import current
from chalicelib.errors import Conflict, NotFound, NotSignedIn, SignInRefused
from chalicelib.http.browser_session import (
    BrowserSession,
    browser_session_of,
    form_of,
    is_token_of,
    query_of,
    token_of,
)
from chalicelib.http.cookies import (
    account_cookie,
    cookies_in,
    no_unconfirmed_cookie,
    unconfirmed_cookie,
    unconfirmed_cookie_name,
)
from chalicelib.http.framework import Request, Response
from chalicelib.http.new_session import session_cookies
from chalicelib.http.rendering import page, redirect
from chalicelib.return_path import HOME, safe_return_path
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sessions.model import CONFIRMATION_LIFETIME
from chalicelib.sessions.service import NewSession, SignedInSession

_OLD_ANSWERS: Final = frozenset(
    {RefusalCode.SAML_REPLAYED, RefusalCode.SAML_NO_REQUEST, RefusalCode.SAML_REQUEST_EXPIRED}
)
_MAX_DOMAINS: Final = 3  # that the page names of each organization


def to_confirmation(connection_id: str, session: NewSession, return_path: str) -> Response:
    """Ask before another person's session is replaced. Neither session nor remembered account change here."""
    cookies = [unconfirmed_cookie(session.cookie, current().settings, CONFIRMATION_LIFETIME)]
    return redirect(f"/saml/{connection_id}/confirm", return_to=return_path, cookies=cookies)


def confirmation(request: Request) -> Response:
    """The page that names both people. Where there is no session to replace any more, nobody is asked."""
    visitor, waiting = browser_session_of(request), _waiting(request)
    return_to = safe_return_path(query_of(request, "return_to"))
    if waiting is None:
        return redirect(return_to, cookies=[no_unconfirmed_cookie(current().settings)])
    if visitor.signed_in is None or visitor.signed_in.user.id == waiting.user.id:
        return _confirmed(waiting, visitor, return_to)
    return page(
        "confirm_sign_in.html",
        visitor,
        here=visitor.signed_in,
        coming=waiting,
        domains={who.user.id: _verified_domains(who) for who in (visitor.signed_in, waiting)},
        return_to=return_to,
    )


def confirm(request: Request) -> Response:
    """The click: replace the session, or keep it and give the other sign-in up."""
    visitor = browser_session_of(request)
    form = form_of(request, visitor)
    waiting, return_to = _waiting(request), safe_return_path(form.get("return_to"))
    if waiting is None or form.get("do") != "replace":
        if waiting is not None:
            current().sessions.end(_unconfirmed(request))
        return redirect(HOME, cookies=[no_unconfirmed_cookie(current().settings)])
    return _confirmed(waiting, visitor, return_to)


def is_old_answer(refusal: SignInRefused) -> bool:
    """Whether a back button, a second post or a restored tab sends such a response: it was used, or its request is
    unknown or over."""
    if refusal.reason in _OLD_ANSWERS:
        return True
    has_request = refusal.attempt is not None and refusal.attempt.request_id is not None
    return refusal.reason is RefusalCode.SAML_EXPIRED and not has_request


def to_wanted_page(connection_id: str, refusal: SignInRefused, return_path: str) -> Response:
    """On to the page that was wanted, if the browser's session is valid."""
    code, attempt_id = refusal.reason.value, refusal.attempt.id if refusal.attempt else ""
    token = token_of(_told(connection_id, code, attempt_id))
    path = f"/saml/{connection_id}/answered"
    return redirect(path, return_to=return_path, code=code, attempt=attempt_id, token=token)


def answered(request: Request, connection_id: str) -> Response:
    """The page that was wanted; without a session, the refusal.

    Raises:
        SignInRefused: nobody is signed in.
        NotFound: this is not where we sent the browser.
    """
    code, attempt_id = query_of(request, "code"), query_of(request, "attempt")
    if not is_token_of(_told(connection_id, code, attempt_id), query_of(request, "token")):
        raise NotFound
    visitor = browser_session_of(request)
    if visitor.signed_in is not None:
        return redirect(safe_return_path(query_of(request, "return_to")))
    refusal = SignInRefused(RefusalCode(code))
    if attempt_id:
        refusal.attempt = current().attempts.get_refused(connection_id, attempt_id, current().clock())
    raise refusal


def _told(connection_id: str, code: str, attempt_id: str) -> str:
    return f"answered {connection_id} {code} {attempt_id}"


def _waiting(request: Request) -> SignedInSession | None:
    try:
        return current().sessions.find_unconfirmed(_unconfirmed(request), current().clock())
    except NotSignedIn:
        return None


def _unconfirmed(request: Request) -> str | None:
    return cookies_in(request.headers.get("cookie")).get(unconfirmed_cookie_name(current().settings))


def _confirmed(waiting: SignedInSession, visitor: BrowserSession, return_to: str) -> Response:
    made = current()
    try:
        session = made.sessions.confirm(waiting, visitor.signed_in, made.clock())
    except Conflict:  # the button was pressed twice; the first press began the session
        return redirect(return_to)
    cookies = [*session_cookies(session), no_unconfirmed_cookie(made.settings)]
    return redirect(return_to, cookies=[*cookies, account_cookie(session.account, made.settings)])


def _verified_domains(who: SignedInSession) -> list[str]:
    return [domain.domain for domain in who.organization.domains if domain.verified][:_MAX_DOMAINS]

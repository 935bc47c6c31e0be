"""What answers somebody who gave an address, or a password."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import NotAllowed, NotSignedIn, TooManyRequests
from chalicelib.http.browser_session import BrowserSession, browser_session_of, form_of, query_of
from chalicelib.http.content_negotiation import wants_page
from chalicelib.http.cookies import browser_cookie, browser_cookie_name, cookies_in
from chalicelib.http.framework import Request, Response
from chalicelib.http.new_session import begin_session
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.catalog import t
from chalicelib.login_policy.email_form import address_form
from chalicelib.login_policy.model import offered_methods
from chalicelib.login_policy.sso_offer import SsoOffer, sso_for_anybody, sso_offer
from chalicelib.return_path import safe_return_path
from chalicelib.sessions.known_browser import REMEMBERED_FOR
from chalicelib.users.email_address import canonical_address, domain_of


def submit_email(request: Request, *, only_sso: bool) -> Response:
    """On to the identity provider where the policy of the address's domain says so, else the password form. The same
    for everybody of a domain."""
    visitor = browser_session_of(request)
    form = form_of(request, visitor)
    return_to = safe_return_path(form.get("return_to"))
    typed = form.get("email", "")
    if (email := _address_in(typed)) is None:
        return address_form(visitor, typed, return_to, only_sso=only_sso, fault=t("login.no_address"))
    try:
        current().limits.require_lookup(visitor.source, current().clock())
    except TooManyRequests as error:
        told = t("login.too_many", count=error.retry_after)
        return address_form(visitor, email, return_to, only_sso=only_sso, fault=told, wait=error.retry_after or 1)
    realm = current().home_realm_discovery.realm(domain_of(email))
    decision = offered_methods(realm)
    connection_id = decision.connection_id if only_sso or decision.sso_required else None
    if connection_id is None and only_sso:
        connection_id = _remembered_way(visitor, email)
    if connection_id is not None:
        return redirect(f"/saml/{connection_id}/login", return_to=return_to, login_hint=email)
    if only_sso:
        return address_form(visitor, email, return_to, only_sso=True, fault=t("login.no_sso"))
    return _password_form(visitor, email, return_to)


def _remembered_way(visitor: BrowserSession, email: str) -> str | None:
    """Where this browser went before with an address whose domain leads nowhere: a guest's."""
    last = visitor.remembered
    return last.connection_id if last is not None and last.email == email else None


def to_password(request: Request) -> Response:
    """The session, or the form again with a reason."""
    visitor = browser_session_of(request)
    form = form_of(request, visitor)
    return_to = safe_return_path(form.get("return_to"))
    email = _address_in(form.get("email", ""))
    if email is None:
        return address_form(visitor, form.get("email", ""), return_to, only_sso=False, fault=t("login.no_address"))
    made, now = current(), current().clock()
    browser = cookies_in(request.headers.get("cookie")).get(browser_cookie_name(made.settings), "")
    try:
        session = made.passwords.sign_in(
            email, form.get("password", ""), source=visitor.source, now=now, browser=browser
        )
    except (NotSignedIn, NotAllowed, TooManyRequests) as error:
        if not wants_page(request.path, request.headers.get("accept")):
            raise
        if isinstance(error, NotAllowed):
            return _no_password(visitor, email, return_to, error)
        return _password_form(visitor, email, return_to, error)
    known = browser_cookie(made.passwords.browser_cookie(email, now), made.settings, REMEMBERED_FOR)
    return begin_session(visitor, session, return_to, cookies=[known])


def password_page(request: Request) -> Response:
    """E-mail and password in one form: for those whom `/login` would lead to an identity provider."""
    visitor = browser_session_of(request)
    return_to = safe_return_path(query_of(request, "return_to"))
    if visitor.signed_in is not None:
        return redirect(return_to)
    return page(
        "login_password.html",
        visitor,
        email="",
        typed=query_of(request, "email"),
        return_to=return_to,
        sso=sso_for_anybody("", return_to),
        fault="",
    )


def _offer(email: str, return_to: str) -> SsoOffer:
    """The same for everybody of a domain."""
    realm = current().home_realm_discovery.realm(domain_of(email))
    return sso_offer(realm, offered_methods(realm), email, return_to) or sso_for_anybody(email, return_to)


def _address_in(text: str) -> str | None:
    """Browsers trim what is typed into an e-mail field; those that don't know the type don't."""
    return canonical_address(text.strip(" \t\r\n"))


def _password_form(
    visitor: BrowserSession,
    email: str,
    return_to: str,
    fault: NotSignedIn | TooManyRequests | None = None,
) -> Response:
    headers, status, told = {}, 200, ""
    if isinstance(fault, TooManyRequests):
        headers, status = {"Retry-After": str(fault.retry_after)}, 429
        told = t("login.too_many", count=fault.retry_after)
    elif fault is not None:
        status, told = 401, t("login.wrong_credentials")
    return page(
        "login_password.html",
        visitor,
        status=status,
        headers=headers,
        email=email,
        return_to=return_to,
        sso=_offer(email, return_to),
        fault=told,
    )


def _no_password(visitor: BrowserSession, email: str, return_to: str, error: NotAllowed) -> Response:
    """Whoever knows the password is told where to sign in instead, by their own organization's policy."""
    where = None
    if error.code == "sso_required":
        found = current().home_realm_discovery.discover(email, current().clock())
        where = sso_offer(found.organization, found.decision, email, return_to)
    return page("no_password.html", visitor, status=403, email=email, error=error, sso=where)

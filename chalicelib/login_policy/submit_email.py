"""Handles the submission of an address or a password on the sign-in pages."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import NotAllowed, NotSignedIn, TooManyRequests
from chalicelib.http.content_negotiation import wants_page
from chalicelib.http.cookies import browser_cookie, browser_cookie_name, cookies_in
from chalicelib.http.framework import Response
from chalicelib.http.new_session import begin_session
from chalicelib.http.rendering import page, redirect
from chalicelib.i18n.catalog import t
from chalicelib.login_policy.email_form import address_form
from chalicelib.login_policy.model import offered_methods
from chalicelib.login_policy.sso_offer import SsoOffer, sso_for_unknown_domain, sso_offer
from chalicelib.return_path import safe_return_path
from chalicelib.sessions.browser import BrowserSession, Visit
from chalicelib.sessions.known_browser import REMEMBERED_FOR
from chalicelib.users.email_address import canonical_address, domain_of


def submit_email(visit: Visit, *, only_sso: bool) -> Response:
    """Redirects to the identity provider where the policy of the address's domain says so; otherwise shows the password
    form. The result is the same for every address in a domain."""
    visitor, typed = visit.visitor, visit.field("email")
    return_to = safe_return_path(visit.field("return_to"))
    if (email := _parse_address(typed)) is None:
        return address_form(visitor, typed, return_to, only_sso=only_sso, fault=t("login.no_address"))
    try:
        current().limits.require_lookup(visitor.source, current().clock())
    except TooManyRequests as error:
        text = t("login.too_many", count=error.retry_after)
        return address_form(visitor, email, return_to, only_sso=only_sso, fault=text, wait=error.retry_after or 1)
    realm = current().home_realm_discovery.realm(domain_of(email))
    decision = offered_methods(realm)
    connection_id = decision.connection_id if only_sso or decision.sso_required else None
    if connection_id is None and only_sso:
        connection_id = _remembered_sso(visitor, email)
    if connection_id is not None:
        return redirect(f"/saml/{connection_id}/login", return_to=return_to, login_hint=email)
    if only_sso:
        return address_form(visitor, email, return_to, only_sso=True, fault=t("login.no_sso"))
    return _password_form(visitor, email, return_to)


def _remembered_sso(visitor: BrowserSession, email: str) -> str | None:
    """Returns the connection that this browser used before with a guest's address, whose domain is not verified."""
    last = visitor.remembered
    return last.connection_id if last is not None and last.email == email else None


def to_password(visit: Visit) -> Response:
    """Starts a session, or shows the form again with an error."""
    request, visitor, typed = visit.request, visit.visitor, visit.field("email")
    return_to = safe_return_path(visit.field("return_to"))
    if (email := _parse_address(typed)) is None:
        return address_form(visitor, typed, return_to, only_sso=False, fault=t("login.no_address"))
    made, now = current(), current().clock()
    browser = cookies_in(request.headers.get("cookie")).get(browser_cookie_name(made.settings), "")
    try:
        session = made.passwords.sign_in(
            email, visit.field("password"), source=visitor.source, now=now, browser=browser
        )
    except (NotSignedIn, NotAllowed, TooManyRequests) as error:
        if not wants_page(request.path, request.headers.get("accept")):
            raise
        if isinstance(error, NotAllowed):
            return _render_sso_required(visitor, email, return_to, error)
        return _password_form(visitor, email, return_to, error)
    known = browser_cookie(made.passwords.browser_cookie(email, now), made.settings, REMEMBERED_FOR)
    return begin_session(visitor, session, return_to, cookies=[known])


def password_page(visit: Visit) -> Response:
    """Shows email and password in one form, for users whom `/login` would redirect to an identity provider."""
    visitor, return_to = visit.visitor, safe_return_path(visit.query("return_to"))
    if visitor.signed_in is not None:
        return redirect(return_to)
    return page(
        "login_password.html",
        visitor,
        email="",
        typed=visit.query("email"),
        return_to=return_to,
        sso=sso_for_unknown_domain("", return_to),
        fault="",
    )


def _offer(email: str, return_to: str) -> SsoOffer:
    """Returns the single sign-on offer, the same for every address in a domain."""
    realm = current().home_realm_discovery.realm(domain_of(email))
    return sso_offer(realm, offered_methods(realm), email, return_to) or sso_for_unknown_domain(email, return_to)


def _parse_address(text: str) -> str | None:
    """Parses the address. Browsers trim the value of an email field, except those that don't support the type."""
    return canonical_address(text.strip(" \t\r\n"))


def _password_form(
    visitor: BrowserSession,
    email: str,
    return_to: str,
    fault: NotSignedIn | TooManyRequests | None = None,
) -> Response:
    headers, status, text = {}, 200, ""
    if isinstance(fault, TooManyRequests):
        headers, status = {"Retry-After": str(fault.retry_after)}, 429
        text = t("login.too_many", count=fault.retry_after)
    elif fault is not None:
        status, text = 401, t("login.wrong_credentials")
    return page(
        "login_password.html",
        visitor,
        status=status,
        headers=headers,
        email=email,
        return_to=return_to,
        sso=_offer(email, return_to),
        fault=text,
    )


def _render_sso_required(visitor: BrowserSession, email: str, return_to: str, error: NotAllowed) -> Response:
    """Shows where to sign in instead, according to the policy of the user's own organization. Only reached with the
    right password."""
    where = None
    if error.code == "sso_required":
        found = current().home_realm_discovery.discover(email, current().clock())
        where = sso_offer(found.organization, found.decision, email, return_to)
    return page("no_password.html", visitor, status=403, email=email, error=error, sso=where)

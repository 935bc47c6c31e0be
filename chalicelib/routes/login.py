"""Signing in: the address first, then the identity provider or the password."""

from __future__ import annotations

from chalice.app import Blueprint, Request, Response

from chalicelib.container import current
from chalicelib.domain.email_address import canonical_address
from chalicelib.domain.login_policy import Decision, offered
from chalicelib.domain.return_path import safe_return_path
from chalicelib.errors import NotAllowed, NotSignedIn, TooManyRequests
from chalicelib.routes.cookies import session_cookie
from chalicelib.routes.page import address, page, redirect
from chalicelib.routes.request import FORM, request_of
from chalicelib.routes.visitor import Visitor, form_of, query_of, visitor_of
from chalicelib.services.discovery import Discovery
from chalicelib.services.sessions import NewSession

login_pages = Blueprint(__name__)

_NO_ADDRESS = "Enter your work e-mail address, for example you@company.com."
_NO_SSO = "Your organization has no single sign-on. Sign in with your password instead."


@login_pages.route("/login", methods=["GET"])
def login_page() -> Response:
    """Identifier first."""
    return _asked(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["GET"])
def sso_page() -> Response:
    """The fixed address that goes into invitations: e-mail, then straight to the identity provider."""
    return _asked(request_of(login_pages), only_sso=True)


@login_pages.route("/login", methods=["POST"], content_types=[FORM])
def login() -> Response:
    """On to the identity provider where the policy says so, else the password form: for an unknown address too."""
    return _told(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["POST"], content_types=[FORM])
def sso() -> Response:
    """On to the identity provider wherever there is one."""
    return _told(request_of(login_pages), only_sso=True)


@login_pages.route("/login/password", methods=["GET"])
def password_page() -> Response:
    """Nothing to see without an address: a reload after a wrong password ends here."""
    return redirect("/login", return_to=safe_return_path(query_of(request_of(login_pages), "return_to")))


@login_pages.route("/login/password", methods=["POST"], content_types=[FORM])
def password() -> Response:
    """The session, or the form again with a reason."""
    request = request_of(login_pages)
    visitor = visitor_of(request)
    form = form_of(request, visitor)
    return_to = safe_return_path(form.get("return_to"))
    email = _address_in(form.get("email", ""))
    if email is None:
        return _address_form(visitor, form.get("email", ""), return_to, only_sso=False, fault=_NO_ADDRESS)
    try:
        session = current().passwords.sign_in(
            email, form.get("password", ""), source=visitor.source, now=current().clock()
        )
    except (NotSignedIn, TooManyRequests) as error:
        return _password_form(visitor, email, return_to, fault=error)
    except NotAllowed as error:
        return _no_password(visitor, email, return_to, error)
    return signed_in(visitor, session, return_to)


def signed_in(visitor: Visitor, session: NewSession, return_to: str) -> Response:
    """The answer that begins a session; one that this browser had before ends (ASVS 5.0, 7.2.4)."""
    if visitor.signed_in is not None:
        current().sessions.end(visitor.cookie)
    made = current()
    cookie = session_cookie(session.cookie, session.session.expires_at, made.settings, made.clock())
    return redirect(return_to, cookies=[cookie])


def sso_address(decision: Decision, email: str, return_to: str) -> str | None:
    """Where single sign-on begins for this person, if the policy offers it."""
    if decision.connection_id is None:
        return None
    return address(current().settings, f"/saml/{decision.connection_id}/login", return_to=return_to, login_hint=email)


def _asked(request: Request, *, only_sso: bool) -> Response:
    visitor = visitor_of(request)
    return_to = safe_return_path(query_of(request, "return_to"))
    if visitor.signed_in is not None:
        return redirect(return_to)
    return _address_form(visitor, query_of(request, "email"), return_to, only_sso=only_sso)


def _told(request: Request, *, only_sso: bool) -> Response:
    visitor = visitor_of(request)
    form = form_of(request, visitor)
    return_to = safe_return_path(form.get("return_to"))
    email = _address_in(form.get("email", ""))
    if email is None:
        return _address_form(visitor, form.get("email", ""), return_to, only_sso=only_sso, fault=_NO_ADDRESS)
    decision = _offered(email)
    if decision.connection_id is not None and (only_sso or "password" not in decision.methods):
        return redirect(f"/saml/{decision.connection_id}/login", return_to=return_to, login_hint=email)
    if only_sso:
        return _address_form(visitor, email, return_to, only_sso=True, fault=_NO_SSO)
    return _password_form(visitor, email, return_to, decision=decision)


def _offered(email: str) -> Decision:
    found: Discovery = current().discoveries.discover(email, current().clock())
    return offered(found.organization, found.user)


def _address_in(text: str) -> str | None:
    """Browsers trim what is typed into an e-mail field; those that don't know the type don't."""
    return canonical_address(text.strip(" \t\r\n"))


def _address_form(visitor: Visitor, typed: str, return_to: str, *, only_sso: bool, fault: str = "") -> Response:
    return page(
        "login.html",
        visitor,
        status=422 if fault else 200,
        to_provider=True,
        typed=typed,
        return_to=return_to,
        only_sso=only_sso,
        fault=fault,
    )


def _password_form(
    visitor: Visitor,
    email: str,
    return_to: str,
    *,
    decision: Decision | None = None,
    fault: NotSignedIn | TooManyRequests | None = None,
) -> Response:
    throttled = isinstance(fault, TooManyRequests)
    headers = {"Retry-After": str(fault.retry_after)} if isinstance(fault, TooManyRequests) else {}
    return page(
        "login_password.html",
        visitor,
        status=429 if throttled else 401 if fault else 200,
        headers=headers,
        email=email,
        return_to=return_to,
        sso_address=sso_address(decision or _offered(email), email, return_to),
        fault=fault.public if fault else "",
    )


def _no_password(visitor: Visitor, email: str, return_to: str, error: NotAllowed) -> Response:
    where = sso_address(_offered(email), email, return_to) if error.code == "sso_required" else None
    return page("no_password.html", visitor, status=403, email=email, error=error, sso_address=where)

"""Signing in: the address first, then the identity provider or the password."""

from __future__ import annotations

from chalice.app import Blueprint, Request, Response

from chalicelib.container import current
from chalicelib.domain.email_address import canonical_address
from chalicelib.domain.login_policy import offered
from chalicelib.domain.return_path import safe_return_path
from chalicelib.errors import NotAllowed, NotSignedIn, TooManyRequests
from chalicelib.routes.accept import wants_page
from chalicelib.routes.cookies import account_cookie, no_account_cookie, session_cookie
from chalicelib.routes.page import page, redirect
from chalicelib.routes.request import FORM, request_of
from chalicelib.routes.sso_offer import SsoOffer, sso_offer
from chalicelib.routes.visitor import Visitor, form_of, query_of, visitor_of
from chalicelib.routes.words import t
from chalicelib.services.sessions import NewSession

login_pages = Blueprint(__name__)


@login_pages.route("/login", methods=["GET"], content_types=["*/*"])
def login_page() -> Response:
    """Identifier first."""
    return _asked(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["GET"], content_types=["*/*"])
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


@login_pages.route("/login/forget", methods=["POST"], content_types=[FORM])
def forget() -> Response:
    """Forget who signed in last in this browser."""
    request = request_of(login_pages)
    form = form_of(request, visitor_of(request))
    cookies = [no_account_cookie(current().settings)]
    return redirect("/login", return_to=safe_return_path(form.get("return_to")), cookies=cookies)


@login_pages.route("/login/password", methods=["GET"], content_types=["*/*"])
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
        return _address_form(visitor, form.get("email", ""), return_to, only_sso=False, fault=t("login.no_address"))
    try:
        session = current().passwords.sign_in(
            email, form.get("password", ""), source=visitor.source, now=current().clock()
        )
    except (NotSignedIn, NotAllowed, TooManyRequests) as error:
        if not wants_page(request.path, request.headers.get("accept")):
            raise
        if isinstance(error, NotAllowed):
            return _no_password(visitor, email, return_to, error)
        return _password_form(visitor, email, return_to, _offer(email, return_to), error)
    return signed_in(visitor, session, return_to)


def signed_in(visitor: Visitor, session: NewSession, return_to: str) -> Response:
    """The answer that begins a session; one that this browser had before ends (ASVS 5.0, 7.2.4)."""
    if visitor.signed_in is not None:
        current().sessions.end(visitor.cookie)
    made = current()
    cookie = session_cookie(session.cookie, session.session.expires_at, made.settings, made.clock())
    return redirect(return_to, cookies=[cookie, account_cookie(session.account, made.settings)])


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
        return _address_form(visitor, form.get("email", ""), return_to, only_sso=only_sso, fault=t("login.no_address"))
    found = current().discoveries.discover(email, current().clock())
    decision = offered(found.organization, found.user)
    if decision.connection_id is not None and (only_sso or "password" not in decision.methods):
        return redirect(f"/saml/{decision.connection_id}/login", return_to=return_to, login_hint=email)
    if only_sso:
        return _address_form(visitor, email, return_to, only_sso=True, fault=t("login.no_sso"))
    return _password_form(visitor, email, return_to, sso_offer(found.organization, decision, email, return_to))


def _offer(email: str, return_to: str) -> SsoOffer | None:
    found = current().discoveries.discover(email, current().clock())
    return sso_offer(found.organization, offered(found.organization, found.user), email, return_to)


def _address_in(text: str) -> str | None:
    """Browsers trim what is typed into an e-mail field; those that don't know the type don't."""
    return canonical_address(text.strip(" \t\r\n"))


def _address_form(visitor: Visitor, typed: str, return_to: str, *, only_sso: bool, fault: str = "") -> Response:
    last = visitor.remembered
    return page(
        "login.html",
        visitor,
        status=422 if fault else 200,
        to_provider=True,
        typed=typed,
        return_to=return_to,
        only_sso=only_sso,
        remembered=last if last is not None and not typed and (last.by_sso or not only_sso) else None,
        fault=fault,
    )


def _password_form(
    visitor: Visitor,
    email: str,
    return_to: str,
    sso: SsoOffer | None,
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
        sso=sso,
        fault=told,
    )


def _no_password(visitor: Visitor, email: str, return_to: str, error: NotAllowed) -> Response:
    where = _offer(email, return_to) if error.code == "sso_required" else None
    return page("no_password.html", visitor, status=403, email=email, error=error, sso=where)

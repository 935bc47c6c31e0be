"""What answers somebody who gave an address, or a password."""

from __future__ import annotations

from chalice.app import Request, Response

from chalicelib.container import current
from chalicelib.domain.email_address import canonical_address
from chalicelib.domain.login_policy import offered
from chalicelib.domain.return_path import safe_return_path
from chalicelib.errors import NotAllowed, NotSignedIn, TooManyRequests
from chalicelib.routes.accept import wants_page
from chalicelib.routes.address_form import address_form
from chalicelib.routes.new_session import signed_in
from chalicelib.routes.page import page, redirect
from chalicelib.routes.sso_offer import SsoOffer, sso_offer
from chalicelib.routes.visitor import Visitor, form_of, visitor_of
from chalicelib.routes.words import t


def to_address(request: Request, *, only_sso: bool) -> Response:
    """On to the identity provider where the policy says so, else the password form: for an unknown address too."""
    visitor = visitor_of(request)
    form = form_of(request, visitor)
    return_to = safe_return_path(form.get("return_to"))
    email = _address_in(form.get("email", ""))
    if email is None:
        return address_form(visitor, form.get("email", ""), return_to, only_sso=only_sso, fault=t("login.no_address"))
    found = current().discoveries.discover(email, current().clock())
    decision = offered(found.organization, found.user)
    if decision.connection_id is not None and (only_sso or "password" not in decision.methods):
        return redirect(f"/saml/{decision.connection_id}/login", return_to=return_to, login_hint=email)
    if only_sso:
        return address_form(visitor, email, return_to, only_sso=True, fault=t("login.no_sso"))
    return _password_form(visitor, email, return_to, sso_offer(found.organization, decision, email, return_to))


def to_password(request: Request) -> Response:
    """The session, or the form again with a reason."""
    visitor = visitor_of(request)
    form = form_of(request, visitor)
    return_to = safe_return_path(form.get("return_to"))
    email = _address_in(form.get("email", ""))
    if email is None:
        return address_form(visitor, form.get("email", ""), return_to, only_sso=False, fault=t("login.no_address"))
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


def _offer(email: str, return_to: str) -> SsoOffer | None:
    found = current().discoveries.discover(email, current().clock())
    return sso_offer(found.organization, offered(found.organization, found.user), email, return_to)


def _address_in(text: str) -> str | None:
    """Browsers trim what is typed into an e-mail field; those that don't know the type don't."""
    return canonical_address(text.strip(" \t\r\n"))


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

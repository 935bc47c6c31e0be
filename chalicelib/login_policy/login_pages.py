"""Sign-in pages: the address first, then the identity provider or the password.

The handlers of posted forms import their modules lazily: a cold start is usually a page view, which doesn't need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.container import current
from chalicelib.http.cookies import no_account_cookie
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import browser_page
from chalicelib.http.rendering import redirect
from chalicelib.login_policy.email_form import address_form
from chalicelib.return_path import safe_return_path

if TYPE_CHECKING:
    from chalicelib.sessions.browser import Visit

login_pages = Blueprint(__name__)


@browser_page(login_pages, "GET", "/login")
def login_page(visit: Visit) -> Response:
    """Shows the identifier-first sign-in page."""
    return _render_login(visit, only_sso=False)


@browser_page(login_pages, "GET", "/login/sso")
def sso_page(visit: Visit) -> Response:
    """Shows the sign-in page for links in invitations: email address, then straight to the identity provider."""
    return _render_login(visit, only_sso=True)


@browser_page(login_pages, "POST", "/login")
def login(visit: Visit) -> Response:
    """Redirects to the identity provider where the domain's policy says so; otherwise shows the password form."""
    from chalicelib.login_policy.submit_email import submit_email

    return submit_email(visit, only_sso=False)


@browser_page(login_pages, "POST", "/login/sso")
def sso(visit: Visit) -> Response:
    """Redirects to the identity provider wherever there is one."""
    from chalicelib.login_policy.submit_email import submit_email

    return submit_email(visit, only_sso=True)


@browser_page(login_pages, "POST", "/login/forget")
def forget(visit: Visit) -> Response:
    """Removes the remembered account from this browser."""
    cookies = [no_account_cookie(current().settings)]
    return redirect("/login", return_to=safe_return_path(visit.field("return_to")), cookies=cookies)


@browser_page(login_pages, "GET", "/login/password")
def ask_password(visit: Visit) -> Response:
    """Shows the form for email and password: for admins, exempt users and all users without required single sign-on."""
    from chalicelib.login_policy.submit_email import password_page

    return password_page(visit)


@browser_page(login_pages, "POST", "/login/password")
def password(visit: Visit) -> Response:
    """Starts a session, or shows the form again with an error."""
    from chalicelib.login_policy.submit_email import to_password

    return to_password(visit)


def _render_login(visit: Visit, *, only_sso: bool) -> Response:
    return_to = safe_return_path(visit.query("return_to"))
    if visit.visitor.signed_in is not None:
        return redirect(return_to)
    return address_form(visit.visitor, visit.query("email"), return_to, only_sso=only_sso)

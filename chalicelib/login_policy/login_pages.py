"""Sign-in pages: the address first, then the identity provider or the password.

The handlers of posted forms import their modules lazily: a cold start is usually a page view, which doesn't need them.
"""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.http.browser_session import browser_session_of, form_of, query_of
from chalicelib.http.cookies import no_account_cookie
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.rendering import redirect
from chalicelib.http.requests import FORM, request_of
from chalicelib.login_policy.email_form import address_form
from chalicelib.return_path import safe_return_path

login_pages = Blueprint(__name__)


@login_pages.route("/login", methods=["GET"], content_types=["*/*"])
def login_page() -> Response:
    """Shows the identifier-first sign-in page."""
    return _render_login(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["GET"], content_types=["*/*"])
def sso_page() -> Response:
    """Shows the sign-in page for links in invitations: email address, then straight to the identity provider."""
    return _render_login(request_of(login_pages), only_sso=True)


@login_pages.route("/login", methods=["POST"], content_types=[FORM])
def login() -> Response:
    """Redirects to the identity provider where the domain's policy says so; otherwise shows the password form."""
    from chalicelib.login_policy.submit_email import submit_email

    return submit_email(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["POST"], content_types=[FORM])
def sso() -> Response:
    """Redirects to the identity provider wherever there is one."""
    from chalicelib.login_policy.submit_email import submit_email

    return submit_email(request_of(login_pages), only_sso=True)


@login_pages.route("/login/forget", methods=["POST"], content_types=[FORM])
def forget() -> Response:
    """Removes the remembered account from this browser."""
    request = request_of(login_pages)
    form = form_of(request, browser_session_of(request))
    cookies = [no_account_cookie(current().settings)]
    return redirect("/login", return_to=safe_return_path(form.get("return_to")), cookies=cookies)


@login_pages.route("/login/password", methods=["GET"], content_types=["*/*"])
def ask_password() -> Response:
    """Shows the form for email and password: for admins, exempt users and all users without required single sign-on."""
    from chalicelib.login_policy.submit_email import password_page

    return password_page(request_of(login_pages))


@login_pages.route("/login/password", methods=["POST"], content_types=[FORM])
def password() -> Response:
    """Starts a session, or shows the form again with an error."""
    from chalicelib.login_policy.submit_email import to_password

    return to_password(request_of(login_pages))


def _render_login(request: Request, *, only_sso: bool) -> Response:
    visitor = browser_session_of(request)
    return_to = safe_return_path(query_of(request, "return_to"))
    if visitor.signed_in is not None:
        return redirect(return_to)
    return address_form(visitor, query_of(request, "email"), return_to, only_sso=only_sso)

"""Signing in: the address first, then the identity provider or the password.

What answers a posted form is imported then: a new process most often begins with the page, which needs none of it.
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
    """Identifier first."""
    return _render_login(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["GET"], content_types=["*/*"])
def sso_page() -> Response:
    """The fixed address that goes into invitations: e-mail, then straight to the identity provider."""
    return _render_login(request_of(login_pages), only_sso=True)


@login_pages.route("/login", methods=["POST"], content_types=[FORM])
def login() -> Response:
    """On to the identity provider where the domain's policy says so, else the password form."""
    from chalicelib.login_policy.submit_email import submit_email

    return submit_email(request_of(login_pages), only_sso=False)


@login_pages.route("/login/sso", methods=["POST"], content_types=[FORM])
def sso() -> Response:
    """On to the identity provider wherever there is one."""
    from chalicelib.login_policy.submit_email import submit_email

    return submit_email(request_of(login_pages), only_sso=True)


@login_pages.route("/login/forget", methods=["POST"], content_types=[FORM])
def forget() -> Response:
    """Forget who signed in last in this browser."""
    request = request_of(login_pages)
    form = form_of(request, browser_session_of(request))
    cookies = [no_account_cookie(current().settings)]
    return redirect("/login", return_to=safe_return_path(form.get("return_to")), cookies=cookies)


@login_pages.route("/login/password", methods=["GET"], content_types=["*/*"])
def ask_password() -> Response:
    """E-mail and password: for admins, exempt users and everybody where single sign-on isn't required."""
    from chalicelib.login_policy.submit_email import password_page

    return password_page(request_of(login_pages))


@login_pages.route("/login/password", methods=["POST"], content_types=[FORM])
def password() -> Response:
    """The session, or the form again with a reason."""
    from chalicelib.login_policy.submit_email import to_password

    return to_password(request_of(login_pages))


def _render_login(request: Request, *, only_sso: bool) -> Response:
    visitor = browser_session_of(request)
    return_to = safe_return_path(query_of(request, "return_to"))
    if visitor.signed_in is not None:
        return redirect(return_to)
    return address_form(visitor, query_of(request, "email"), return_to, only_sso=only_sso)

"""Pages of one-time links for invitations and new passwords. GET requests never consume a link."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import Invalid
from chalicelib.http.browser_session import BrowserSession, browser_session_of, form_of
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.new_session import begin_session
from chalicelib.http.rendering import page
from chalicelib.http.requests import FORM, request_of
from chalicelib.i18n.catalog import t
from chalicelib.invitations.model import LinkPurpose
from chalicelib.invitations.service import OpenedLink
from chalicelib.login_policy.sso_offer import sso_offer
from chalicelib.passwords.model import password_fault
from chalicelib.return_path import HOME

link_pages = Blueprint(__name__)


@link_pages.route("/invitation/{code}", methods=["GET"], content_types=["*/*"])
def invitation(code: str) -> Response:
    """Shows an invitation."""
    return _open(code, LinkPurpose.INVITATION)


@link_pages.route("/password/{code}", methods=["GET"], content_types=["*/*"])
def password_link(code: str) -> Response:
    """Shows the form for a new password."""
    return _open(code, LinkPurpose.PASSWORD)


@link_pages.route("/invitation/{code}", methods=["POST"], content_types=[FORM])
def accept_invitation(code: str) -> Response:
    """Sets the first password and signs the user in."""
    return _use(code, LinkPurpose.INVITATION)


@link_pages.route("/password/{code}", methods=["POST"], content_types=[FORM])
def set_password(code: str) -> Response:
    """Sets the new password and signs the user in."""
    return _use(code, LinkPurpose.PASSWORD)


def _open(code: str, purpose: LinkPurpose) -> Response:
    visitor = browser_session_of(request_of(link_pages))
    return _render(visitor, code, current().links.open(code, purpose, current().clock()))


def _use(code: str, purpose: LinkPurpose) -> Response:
    request = request_of(link_pages)
    visitor = browser_session_of(request)
    form = form_of(request, visitor)
    now = current().clock()
    try:
        session = current().links.set_password(code, purpose, form.get("new_password", ""), now)
    except Invalid:
        opened = current().links.open(code, purpose, now)
        return _render(visitor, code, opened, fault=new_password_fault(form.get("new_password", ""), opened.user.email))
    return begin_session(visitor, session, HOME)


def new_password_fault(password: str, email: str) -> str:
    """Returns what to change about a new password of this address's user, or ""."""
    fault = password_fault(password, email)
    return t(f"password.{fault.value}") if fault else ""


def _render(visitor: BrowserSession, code: str, opened: OpenedLink, fault: str = "") -> Response:
    return page(
        "link.html",
        visitor,
        status=422 if fault else 200,
        opened=opened,
        action=f"/{opened.link.purpose.value}/{code}",
        sso=sso_offer(opened.organization, opened.decision, opened.user.email, HOME),
        fault=fault,
    )

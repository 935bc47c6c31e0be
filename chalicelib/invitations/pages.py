"""Pages of one-time links for invitations and new passwords. GET requests never consume a link."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import Invalid
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.new_session import begin_session
from chalicelib.http.page_routing import browser_page
from chalicelib.http.rendering import page
from chalicelib.i18n.catalog import localize
from chalicelib.invitations.model import LinkPurpose
from chalicelib.invitations.service import OpenedLink
from chalicelib.login_policy.sso_offer import sso_offer
from chalicelib.passwords.model import password_fault
from chalicelib.return_path import HOME
from chalicelib.sessions.browser import Visit

link_pages = Blueprint(__name__)


@browser_page(link_pages, "GET", "/invitation/{code}")
def invitation(visit: Visit) -> Response:
    """Shows an invitation."""
    return _open(visit, LinkPurpose.INVITATION)


@browser_page(link_pages, "GET", "/password/{code}")
def password_link(visit: Visit) -> Response:
    """Shows the form for a new password."""
    return _open(visit, LinkPurpose.PASSWORD)


@browser_page(link_pages, "POST", "/invitation/{code}")
def accept_invitation(visit: Visit) -> Response:
    """Sets the first password and signs the user in."""
    return _use(visit, LinkPurpose.INVITATION)


@browser_page(link_pages, "POST", "/password/{code}")
def set_password(visit: Visit) -> Response:
    """Sets the new password and signs the user in."""
    return _use(visit, LinkPurpose.PASSWORD)


def _open(visit: Visit, purpose: LinkPurpose) -> Response:
    return _render(visit, current().links.open(visit.path["code"], purpose, current().clock()))


def _use(visit: Visit, purpose: LinkPurpose) -> Response:
    code, new_password, now = visit.path["code"], visit.field("new_password"), current().clock()
    try:
        session = current().links.set_password(code, purpose, new_password, now)
    except Invalid:
        opened = current().links.open(code, purpose, now)
        fault = password_fault(new_password, opened.user.email)
        return _render(visit, opened, fault=localize(fault.message) if fault else "")
    return begin_session(visit.visitor, session, HOME)


def _render(visit: Visit, opened: OpenedLink, fault: str = "") -> Response:
    return page(
        "link.html",
        visit.visitor,
        status=422 if fault else 200,
        opened=opened,
        action=f"/{opened.link.purpose.value}/{visit.path['code']}",
        sso=sso_offer(opened.organization, opened.decision, opened.user.email, HOME),
        fault=fault,
    )

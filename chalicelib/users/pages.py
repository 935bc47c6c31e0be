"""The user management page: list, search and invitations."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.connections.expiring import expiring_of
from chalicelib.container import current
from chalicelib.errors import Conflict, Invalid, SsoError
from chalicelib.http.admin_access import require_admin
from chalicelib.http.browser_session import BrowserSession, browser_session_of, form_of, query_of
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.rendering import page
from chalicelib.http.requests import FORM, request_of
from chalicelib.i18n.catalog import has, in_english, t
from chalicelib.login_policy.model import decide
from chalicelib.users.email_address import domain_of
from chalicelib.users.model import Role
from chalicelib.users.query import Invitation, invitation_in, user_query

admin_users = Blueprint(__name__)

_PAGE: Final = 50


@admin_users.route("/admin/users", methods=["GET"], content_types=["*/*"])
def users_page() -> Response:
    """Lists users, newest first, or the search results."""
    visitor = browser_session_of(request_of(admin_users))
    return require_admin(visitor) or _list(visitor, Invitation())


@admin_users.route("/admin/users", methods=["POST"], content_types=[FORM])
def invite() -> Response:
    """Creates a user and shows the invitation link."""
    request = request_of(admin_users)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor)) is not None:
        return refusal
    invitation = invitation_in(form_of(request, visitor))
    if invitation.faults:
        return _list(visitor, invitation, status=422)
    entries = invitation.entries
    made, now = current(), current().clock()
    try:
        user = made.users.create(
            organization_id=visitor.who.organization.id,
            email=entries["email"],
            name=entries["name"] or None,
            role=Role(entries["role"]),
            now=now,
        )
    except (Invalid, Conflict) as error:
        faults = {"email": localize_refused_user(error, entries["email"])}
        return _list(visitor, replace(invitation, faults=faults), status=422 if isinstance(error, Invalid) else 409)
    link = made.links.invite(user.organization_id, user.id, now)
    return page("users/link.html", visitor, user=user, kind="invitation", url=link.url)


def localize_refused_user(error: SsoError, email: str = "") -> str:
    """Returns the reason of a refusal in the reader's language, if the catalog has it."""
    code = error.errors[0].code if isinstance(error, Invalid) and error.errors else error.code
    key = f"users.refused.{code}"
    return str(t(key, email=email, domain=domain_of(email))) if has(key) else in_english(error.public)


def _list(visitor: BrowserSession, invitation: Invitation, *, status: int = 200) -> Response:
    request, organization = request_of(admin_users), visitor.who.organization
    asked = user_query(request)
    found = None
    if not asked.faults:
        found = current().users.search(organization.id, asked.wanted, limit=_PAGE, after=asked.after)
    return page(
        "users/list.html",
        visitor,
        status=422 if asked.faults else status,
        asked=asked,
        found=found,
        decisions={user.id: decide(organization, user) for user in found.values} if found else {},
        invitation=invitation,
        expiring=expiring_of(visitor.who, current().connections.list_of, current().clock()),
        removed=query_of(request, "done") == "remove",
        setup_links=current().setup_links.recent_for_admins(organization.id, current().clock()),
    )

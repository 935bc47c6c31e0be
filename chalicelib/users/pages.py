"""The user management page: list, search and invitations."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.connections.expiring import expiring_of
from chalicelib.container import current
from chalicelib.errors import Conflict, Invalid, SsoError
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page
from chalicelib.i18n.catalog import has, localize, t
from chalicelib.login_policy.model import decide
from chalicelib.sessions.browser import Visit
from chalicelib.users.email_address import domain_of
from chalicelib.users.model import Role
from chalicelib.users.query import Invitation, invitation_in, user_query

admin_users = Blueprint(__name__)

_PAGE: Final = 50


@admin_page(admin_users, "GET", "/admin/users")
def users_page(visit: Visit) -> Response:
    """Lists users, newest first, or the search results."""
    return _list(visit, Invitation())


@admin_page(admin_users, "POST", "/admin/users")
def invite(visit: Visit) -> Response:
    """Creates a user and shows the invitation link."""
    invitation = invitation_in(visit.form)
    if invitation.faults:
        return _list(visit, invitation, status=422)
    entries = invitation.entries
    made, now = current(), current().clock()
    try:
        user = made.users.create(
            organization_id=visit.visitor.who.organization.id,
            email=entries["email"],
            name=entries["name"] or None,
            role=Role(entries["role"]),
            now=now,
        )
    except (Invalid, Conflict) as error:
        faults = {"email": localize_refused_user(error, entries["email"])}
        return _list(visit, replace(invitation, faults=faults), status=422 if isinstance(error, Invalid) else 409)
    link = made.links.invite(user.organization_id, user.id, now)
    return page("users/link.html", visit.visitor, user=user, kind="invitation", url=link.url)


def localize_refused_user(error: SsoError, email: str = "") -> str:
    """Returns the reason of a refusal, in the reader's language."""
    code = error.errors[0].code if isinstance(error, Invalid) and error.errors else error.code
    key = f"users.refused.{code}"
    return t(key, email=email, domain=domain_of(email)) if has(key) else localize(error.public)


def _list(visit: Visit, invitation: Invitation, *, status: int = 200) -> Response:
    visitor, organization = visit.visitor, visit.visitor.who.organization
    asked = user_query(visit.request)
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
        removed=visit.query("done") == "remove",
        setup_links=current().setup_links.recent_for_admins(organization.id, current().clock()),
    )

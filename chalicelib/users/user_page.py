"""The page of one user: sign-in methods, role, sessions and deletion."""

from __future__ import annotations

from typing import Final

from chalicelib.container import current
from chalicelib.errors import Conflict, NotAllowed, NotFound
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page, redirect
from chalicelib.login_policy.model import decide
from chalicelib.sessions.browser import BrowserSession, Visit
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.pages import localize_refused_user
from chalicelib.users.service import UserChanges

admin_user = Blueprint(__name__)

_PATH: Final = "/admin/users/{user_id}"
_CHANGES: Final[dict[str, UserChanges]] = {
    "make_admin": {"role": Role.ADMIN},
    "make_member": {"role": Role.MEMBER},
    "enable": {"status": UserStatus.ACTIVE},
    "disable": {"status": UserStatus.DISABLED},
}
_DONE: Final = (*_CHANGES, "sign_out", "unlink")


@admin_page(admin_user, "GET", _PATH)
def user_page(visit: Visit) -> Response:
    """Shows the user."""
    done = visit.query("done")
    return _person(visit.visitor, _user(visit), done=done if done in _DONE else "")


@admin_page(admin_user, "POST", _PATH)
def change_user(visit: Visit) -> Response:
    """Makes one change, depending on the submitted button."""
    visitor, user = visit.visitor, _user(visit)
    try:
        return _act(visitor, user, visit.field("do"))
    except (Conflict, NotAllowed) as error:
        return _person(visitor, user, fault=localize_refused_user(error, user.email), status=409)


def _user(visit: Visit) -> User:
    return current().users.get(visit.visitor.who.organization.id, visit.path["user_id"])


def _act(visitor: BrowserSession, user: User, action: str) -> Response:
    users, organization_id, now = current().users, visitor.who.organization.id, current().clock()
    if action in ("invitation", "password"):
        return _link(visitor, user, action)
    if action == "remove":
        users.delete(organization_id, user.id, now)
        return redirect("/admin/users", done=action)
    if action == "sign_out":
        users.sign_out(organization_id, user.id, now)
    elif action == "unlink":
        users.unlink(organization_id, user.id, now)
    elif action in _CHANGES:
        users.change(organization_id, user.id, _CHANGES[action], now)
    else:
        raise NotFound
    return redirect(f"/admin/users/{user.id}", done=action)


def _person(visitor: BrowserSession, user: User, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    organization = visitor.who.organization
    return page(
        "users/one.html",
        visitor,
        status=status,
        user=user,
        decision=decide(organization, user),
        is_last_admin=user.is_active_admin and organization.active_admins <= 1,
        is_self=user.id == visitor.who.user.id,
        done=done,
        fault=fault,
    )


def _link(visitor: BrowserSession, user: User, kind: str) -> Response:
    """Shows a one-time link once, in the response to the form. The link grants access to the account, so no page that
    can be reopened may contain it."""
    links = current().links
    make = links.invite if kind == "invitation" else links.password_link
    made = make(user.organization_id, user.id, current().clock())
    return page("users/link.html", visitor, user=user, kind=kind, url=made.url)

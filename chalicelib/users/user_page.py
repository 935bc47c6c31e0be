"""The page of one user: sign-in methods, role, sessions and deletion."""

from __future__ import annotations

from typing import Final

from chalicelib.container import current
from chalicelib.errors import Conflict, NotAllowed, NotFound
from chalicelib.http.admin_access import require_admin
from chalicelib.http.browser_session import BrowserSession, browser_session_of, form_of, query_of
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.rendering import page, redirect
from chalicelib.http.requests import FORM, request_of
from chalicelib.login_policy.model import decide
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


@admin_user.route(_PATH, methods=["GET"], content_types=["*/*"])
def user_page(user_id: str) -> Response:
    """Shows the user."""
    request = request_of(admin_user)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor)) is not None:
        return refusal
    user = current().users.get(visitor.who.organization.id, user_id)
    done = query_of(request, "done")
    return _person(visitor, user, done=done if done in _DONE else "")


@admin_user.route(_PATH, methods=["POST"], content_types=[FORM])
def change_user(user_id: str) -> Response:
    """Makes one change, depending on the submitted button."""
    request = request_of(admin_user)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor)) is not None:
        return refusal
    action = form_of(request, visitor).get("do", "")
    user = current().users.get(visitor.who.organization.id, user_id)
    try:
        return _act(visitor, user, action)
    except (Conflict, NotAllowed) as error:
        return _person(visitor, user, fault=localize_refused_user(error, user.email), status=409)


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

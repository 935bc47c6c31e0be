"""User management."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chalice.app import Blueprint, Response

from chalicelib.container import current
from chalicelib.domain.login_policy import decide
from chalicelib.domain.user import Role, User, UserStatus
from chalicelib.errors import Conflict, Invalid, NotAllowed, NotFound
from chalicelib.routes.admin_page import refusal_for
from chalicelib.routes.page import page, redirect
from chalicelib.routes.request import FORM, request_of
from chalicelib.routes.visitor import Visitor, form_of, query_of, visitor_of
from chalicelib.services.users import UserChanges

admin_users = Blueprint(__name__)

_PAGE: Final = 50
_CHANGES: Final[dict[str, UserChanges]] = {
    "make_admin": {"role": Role.ADMIN},
    "make_member": {"role": Role.MEMBER},
    "enable": {"status": UserStatus.ACTIVE},
    "disable": {"status": UserStatus.DISABLED},
}
_DONE: Final = {
    "make_admin": "is an admin now. Open sessions were ended.",
    "make_member": "is a member now. Open sessions were ended.",
    "enable": "may sign in again.",
    "disable": "can't sign in any more, and open sessions were ended.",
    "sign_out": "was signed out everywhere.",
}


@admin_users.route("/admin/users", methods=["GET"])
def users_page() -> Response:
    """Everybody, newest first."""
    visitor = visitor_of(request_of(admin_users))
    return refusal_for(visitor) or _list(visitor)


@admin_users.route("/admin/users", methods=["POST"], content_types=[FORM])
def invite() -> Response:
    """A new user, and the link to send them."""
    request = request_of(admin_users)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor)) is not None:
        return refusal
    form = form_of(request, visitor)
    entries = {name: form.get(name, "").strip() for name in ("email", "name", "role")}
    try:
        user = current().users.create(
            organization_id=visitor.who.organization.id,
            email=entries["email"],
            name=entries["name"] or None,
            role=Role.ADMIN if entries["role"] == Role.ADMIN.value else Role.MEMBER,
            now=current().clock(),
        )
    except Invalid as error:
        return _list(visitor, entries=entries, fault=error.errors[0].detail, status=422)
    except Conflict as error:
        return _list(visitor, entries=entries, fault=error.public, status=409)
    return _link(visitor, user, "invite")


@admin_users.route("/admin/users/{user_id}", methods=["GET"])
def user_page(user_id: str) -> Response:
    """One person."""
    request = request_of(admin_users)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor)) is not None:
        return refusal
    user = current().users.get(visitor.who.organization.id, user_id)
    return _person(visitor, user, done=_DONE.get(query_of(request, "done"), ""))


@admin_users.route("/admin/users/{user_id}", methods=["POST"], content_types=[FORM])
def change_user(user_id: str) -> Response:
    """One change of one person: the button that was pressed says which."""
    request = request_of(admin_users)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor)) is not None:
        return refusal
    action = form_of(request, visitor).get("do", "")
    user = current().users.get(visitor.who.organization.id, user_id)
    try:
        return _acted(visitor, user, action)
    except (Conflict, NotAllowed) as error:
        return _person(visitor, user, fault=error.public, status=409)


def _acted(visitor: Visitor, user: User, action: str) -> Response:
    organization_id = visitor.who.organization.id
    if action in ("invite", "password_link"):
        return _link(visitor, user, action)
    if action == "remove":
        current().users.delete(organization_id, user.id, current().clock())
        return redirect("/admin/users")
    if action == "sign_out":
        current().users.sign_out(organization_id, user.id, current().clock())
    elif action in _CHANGES:
        current().users.change(organization_id, user.id, _CHANGES[action], current().clock())
    else:
        raise NotFound
    return redirect(f"/admin/users/{user.id}", done=action)


def _list(visitor: Visitor, *, entries: dict[str, str] | None = None, fault: str = "", status: int = 200) -> Response:
    request = request_of(admin_users)
    after = query_of(request, "after") or None
    users = current().users.page(visitor.who.organization.id, limit=_PAGE, after=after)
    empty = {"email": "", "name": "", "role": Role.MEMBER.value}
    told = current().setup_links.to_tell(visitor.who.organization.id, current().clock())
    return page(
        "admin_users.html",
        visitor,
        status=status,
        users=users,
        entries=entries or empty,
        fault=fault,
        setup_links=told,
    )


def _person(visitor: Visitor, user: User, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    decision = decide(visitor.who.organization, user)
    return page("admin_user.html", visitor, status=status, user=user, decision=decision, done=done, fault=fault)


def _link(visitor: Visitor, user: User, action: str) -> Response:
    """The link is shown once; whoever has it can be this person, so it stands on no page that can be opened again."""
    links = current().links
    make: Callable[..., str] = links.invite if action == "invite" else links.password_link
    url = make(user.organization_id, user.id, current().clock())
    return page("admin_link.html", visitor, user=user, invited=action == "invite", url=url)

"""Form handlers with which an admin creates and revokes setup links."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.admin_access import require_admin
from chalicelib.http.browser_session import browser_session_of, form_of
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.rendering import page, redirect
from chalicelib.http.requests import FORM, request_of

admin_setup_links = Blueprint(__name__)


@admin_setup_links.route("/admin/setup-links", methods=["POST"], content_types=[FORM])
def create() -> Response:
    """Creates a link to a connection or to a future draft. Only this response contains the link."""
    request = request_of(admin_setup_links)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor, enterprise=True)) is not None:
        return refusal
    connection_id = form_of(request, visitor).get("connection_id") or None
    who, now = visitor.who, current().clock()
    made = current().setup_links.create(
        who.organization.id, created_by=who.user.id, now=now, connection_id=connection_id
    )
    return page("setup_link_made.html", visitor, made=made)


@admin_setup_links.route("/admin/setup-links/{link_id}", methods=["POST"], content_types=[FORM])
def revoke(link_id: str) -> Response:
    """Revokes a link."""
    request = request_of(admin_setup_links)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor)) is not None:
        return refusal
    if form_of(request, visitor).get("do") != "revoke":
        raise NotFound
    current().setup_links.revoke(visitor.who.organization.id, link_id, current().clock())
    return redirect("/admin/users")

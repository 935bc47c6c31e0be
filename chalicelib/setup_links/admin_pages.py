"""Form handlers with which an admin creates and revokes setup links."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page, redirect
from chalicelib.sessions.browser import Visit

admin_setup_links = Blueprint(__name__)


@admin_page(admin_setup_links, "POST", "/admin/setup-links", enterprise=True)
def create(visit: Visit) -> Response:
    """Creates a link to a connection or to a future draft. Only this response contains the link."""
    who, now = visit.visitor.who, current().clock()
    made = current().setup_links.create(
        who.organization.id, created_by=who.user.id, now=now, connection_id=visit.field("connection_id") or None
    )
    return page("setup_link_made.html", visit.visitor, made=made)


@admin_page(admin_setup_links, "POST", "/admin/setup-links/{link_id}")
def revoke(visit: Visit) -> Response:
    """Revokes a link."""
    if visit.field("do") != "revoke":
        raise NotFound
    current().setup_links.revoke(visit.visitor.who.organization.id, visit.path["link_id"], current().clock())
    return redirect("/admin/users")

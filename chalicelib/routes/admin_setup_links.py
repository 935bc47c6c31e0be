"""An admin ends a setup link that their organization was told of."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.routes.admin_page import refusal_for
from chalicelib.routes.page import redirect
from chalicelib.routes.request import FORM, request_of
from chalicelib.routes.visitor import form_of, visitor_of

admin_setup_links = Blueprint(__name__)


@admin_setup_links.route("/admin/setup-links/{link_id}", methods=["POST"], content_types=[FORM])
def revoke(link_id: str) -> Response:
    """Revoke it; nothing else can be done with it here."""
    request = request_of(admin_setup_links)
    visitor = visitor_of(request)
    if (refusal := refusal_for(visitor)) is not None:
        return refusal
    if form_of(request, visitor).get("do") != "revoke":
        raise NotFound
    current().setup_links.revoke(visitor.who.organization.id, link_id, current().clock())
    return redirect("/admin/users")

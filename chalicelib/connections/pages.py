"""The pages "Configure Single Sign-On": the list of connections, and one connection with its buttons."""

from __future__ import annotations

from chalicelib.connections.access import connection_lookups, require_loaded
from chalicelib.connections.actions import ACTIONS, AdminForm
from chalicelib.connections.connection_page import PageMessages, confirmation_in, connection_cards
from chalicelib.connections.expiring import expiring_among
from chalicelib.connections.form import posted_entries
from chalicelib.connections.model import Provider
from chalicelib.connections.provider_guides import guides
from chalicelib.connections.provider_name import PROVIDER_NAMES
from chalicelib.container import current
from chalicelib.errors import Conflict, NotFound
from chalicelib.http.admin_access import require_admin
from chalicelib.http.browser_session import (
    MAX_PASTED_LENGTH,
    browser_session_of,
    every_field,
    file_of,
    form_of,
    query_of,
)
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.rendering import page, redirect
from chalicelib.http.requests import FORM, request_of
from chalicelib.http.uploaded_file import MULTIPART

admin_sso = Blueprint(__name__)


@admin_sso.route("/admin/sso", methods=["GET"], content_types=["*/*"])
def connections_page() -> Response:
    """Redirects to the only connection; renders a list of several, or an introduction if there is none."""
    request = request_of(admin_sso)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor, enterprise=True)) is not None:
        return refusal
    connections = current().connections.list_of(visitor.who.organization)
    if len(connections) == 1 and not query_of(request, "all"):
        return redirect(f"/admin/sso/{connections[0].id}")
    recent_links = current().setup_links.recent_for_admins(visitor.who.organization.id, current().clock())
    return page(
        "admin_connections.html",
        visitor,
        connections=connections,
        expiring=expiring_among(connections, current().clock()),
        setup_links=recent_links,
        guides=guides(),
        providers=PROVIDER_NAMES,
    )


@admin_sso.route("/admin/sso", methods=["POST"], content_types=[FORM])
def create() -> Response:
    """Creates a draft with the values to copy. If the first connection exists by now, redirects to it."""
    request = request_of(admin_sso)
    visitor = browser_session_of(request)
    if (refusal := require_admin(visitor, enterprise=True)) is not None:
        return refusal
    form, organization = form_of(request, visitor), visitor.who.organization
    if form.get("first") and organization.connections:
        return redirect("/admin/sso")
    chosen = form.get("provider", "")
    provider = Provider(chosen) if chosen in set(Provider) else Provider.OTHER
    try:
        made = current().connections.create(
            organization.id, provider=provider, is_first=bool(form.get("first")), now=current().clock()
        )
    except Conflict as error:
        if error.code != "connection_exists":
            raise
        return redirect("/admin/sso")
    return redirect(f"/admin/sso/{made.id}")


@admin_sso.route("/admin/sso/{connection_id}", methods=["GET"], content_types=["*/*"])
def connection_page(connection_id: str) -> Response:
    """Renders one connection."""
    request = request_of(admin_sso)
    visitor = browser_session_of(request, connection_lookups(connection_id, current().clock()))
    if (refusal := require_admin(visitor, enterprise=True)) is not None:
        return refusal
    at = require_loaded(visitor.who.organization, visitor.who.found, current().settings)
    said = PageMessages(done=confirmation_in(query_of(request, "done")))
    return connection_cards(visitor, at.connection, at.check, said=said)


@admin_sso.route("/admin/sso/{connection_id}", methods=["POST"], content_types=[FORM, MULTIPART])
def change(connection_id: str) -> Response:
    """Executes the submitted button."""
    request = request_of(admin_sso)
    visitor = browser_session_of(request, connection_lookups(connection_id, current().clock()))
    if (refusal := require_admin(visitor, enterprise=True)) is not None:
        return refusal
    form = every_field(request, visitor, max_length=MAX_PASTED_LENGTH)
    action = ACTIONS.get(form.get("do", [""])[-1])
    if action is None:
        raise NotFound
    at = require_loaded(visitor.who.organization, visitor.who.found, current().settings)
    file = file_of(request, "import_file")
    return action(AdminForm(at.connection, posted_entries(form), form, file, visitor, at.check))

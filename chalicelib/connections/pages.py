"""The pages "Configure Single Sign-On": the list of connections, and one connection with its buttons."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.access import loaded_with, lookups_in
from chalicelib.connections.actions import ACTIONS, AdminForm
from chalicelib.connections.connection_page import PageMessages, confirmation_in, connection_cards
from chalicelib.connections.expiring import expiring_among
from chalicelib.connections.form import posted_entries
from chalicelib.connections.model import Provider
from chalicelib.connections.provider_guides import guides
from chalicelib.connections.provider_name import PROVIDER_NAMES
from chalicelib.container import current
from chalicelib.errors import Conflict, NotFound
from chalicelib.http.browser_session import MAX_PASTED_LENGTH
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import admin_page
from chalicelib.http.rendering import page, redirect
from chalicelib.sessions.browser import Visit

admin_sso = Blueprint(__name__)

_ONE: Final = "/admin/sso/{connection_id}"


@admin_page(admin_sso, "GET", "/admin/sso", enterprise=True)
def connections_page(visit: Visit) -> Response:
    """Redirects to the only connection; renders a list of several, or an introduction if there is none."""
    visitor = visit.visitor
    connections = current().connections.list_of(visitor.who.organization)
    if len(connections) == 1 and not visit.query("all"):
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


@admin_page(admin_sso, "POST", "/admin/sso", enterprise=True)
def create(visit: Visit) -> Response:
    """Creates a draft with the values to copy. If the first connection exists by now, redirects to it."""
    form, organization = visit.form, visit.visitor.who.organization
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


@admin_page(admin_sso, "GET", _ONE, enterprise=True, also=lookups_in)
def connection_page(visit: Visit) -> Response:
    """Renders one connection."""
    at = loaded_with(visit.visitor.who, current().settings)
    said = PageMessages(done=confirmation_in(visit.query("done")))
    return connection_cards(visit.visitor, at.connection, at.check, said=said)


@admin_page(admin_sso, "POST", _ONE, enterprise=True, also=lookups_in, multipart=True, max_length=MAX_PASTED_LENGTH)
def change(visit: Visit) -> Response:
    """Executes the submitted button."""
    action, form = ACTIONS.get(visit.field("do")), visit.fields
    if action is None:
        raise NotFound
    at = loaded_with(visit.visitor.who, current().settings)
    return action(
        AdminForm(at.connection, posted_entries(form), form, visit.file("import_file"), visit.visitor, at.check)
    )

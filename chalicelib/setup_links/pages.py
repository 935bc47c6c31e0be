"""Setup link pages: opening a link, and the guest's configuration page.

A guest isn't a user: these routes use a cookie of their own, which no other route reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from chalicelib.connections.configuration_form import ConfigurationForm, read_input, save_fields
from chalicelib.connections.connection_page import PageMessages
from chalicelib.connections.form import Entries, changes_certificates, changes_in, editable_values, posted_entries
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.browser_session import (
    MAX_PASTED_LENGTH,
    browser_session_of,
    every_field,
    file_of,
    query_of,
)
from chalicelib.http.cookies import cookies_in, no_setup_cookie, setup_cookie, setup_cookie_name
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.page_routing import browser_page
from chalicelib.http.rendering import page, redirect
from chalicelib.http.requests import FORM, MULTIPART, request_of
from chalicelib.sessions.browser import Visit
from chalicelib.setup_links.sessions import SetupSession
from chalicelib.setup_links.setup_page import guests_visitor, setup_cards

SAVING: Final = frozenset({"enter", "save", "save_and_test"})

setup = Blueprint(__name__)


@setup.route("/setup/{code}")
def link_page(code: str) -> Response:
    """Explains the link. A GET never consumes it, because mail scanners follow links."""
    request, made = request_of(setup), current()
    cookie = _cookie(request)
    if cookie is not None and cookie.rpartition(".")[0] == code.rpartition(".")[0]:
        return redirect("/setup")
    link, organization = made.setup_sessions.peek(code, made.clock())
    return page(
        "setup_link.html", browser_session_of(request), link=link, organization=organization, action=f"/setup/{code}"
    )


@browser_page(setup, "POST", "/setup/{code}")
def open_link(visit: Visit) -> Response:
    """Consumes the link and makes this browser the guest's."""
    made, now = current(), current().clock()
    guest = made.setup_sessions.open(visit.path["code"], visit.visitor.source, now)
    return redirect("/setup", cookies=[setup_cookie(guest.cookie, guest.link.expires_at, made.settings, now)])


@setup.route("/setup")
def setup_page() -> Response:
    """Renders the parts of the configuration that a guest may see."""
    request = request_of(setup)
    return setup_cards(request, _guest(request), said=PageMessages(done=query_of(request, "done")))


@setup.route("/setup", methods=["POST"], content_types=[FORM, MULTIPART])
def change() -> Response:
    """Executes the submitted button: import, propose, test or finish."""
    request = request_of(setup)
    guest = _guest(request)
    form = every_field(request, guests_visitor(request, guest), max_length=MAX_PASTED_LENGTH)
    action, now = form.get("do", [""])[-1], current().clock()
    if action == "import":
        return read_input(_card(request, guest, form))
    if action in SAVING:
        return save_fields(_card(request, guest, form))
    if action == "test":
        return _render_test(guest, now)
    if action == "finish":
        current().setup_sessions.finish(guest, now)
        cookies = [no_setup_cookie(current().settings)]
        return page("setup_done.html", None, cookies=cookies, organization=guest.organization)
    raise NotFound


def _card(request: Request, guest: SetupSession, form: Mapping[str, list[str]]) -> ConfigurationForm:
    return ConfigurationForm(
        guest.connection,
        posted_entries(form),
        form,
        file_of(request, "import_file"),
        render=lambda connection, *rest: setup_cards(request, replace(guest, connection=connection), *rest),
        save=lambda entries: _store(guest, entries),
        load_latest=lambda: (_guest(request).connection, ""),
        on_saved=lambda connection: _save(replace(guest, connection=connection), form),
    )


def _store(guest: SetupSession, entries: Entries) -> Connection:
    made, connection = current(), guest.connection
    edited = connection.with_values(editable_values(connection))
    texts = made.connections.certificate_texts(edited) if changes_certificates(entries, connection) else {}
    changes = changes_in(entries, connection, texts)
    return made.setup_sessions.propose(guest, changes, entries.version, made.clock())


def _save(guest: SetupSession, form: Mapping[str, list[str]]) -> Response:
    wants_test = form.get("do", [""])[-1] == "save_and_test"
    if wants_test and editable_values(guest.connection).are_complete and not guest.connection.disabled:
        return _render_test(guest, current().clock())
    return redirect("/setup", done="save")


def _render_test(guest: SetupSession, now: datetime) -> Response:
    offer = current().setup_sessions.offer_test(guest, now)
    return redirect(offer.url.removeprefix(current().settings.base_url))


def _cookie(request: Request) -> str | None:
    return cookies_in(request.headers.get("cookie")).get(setup_cookie_name(current().settings))


def _guest(request: Request) -> SetupSession:
    return current().setup_sessions.find(_cookie(request), current().clock())

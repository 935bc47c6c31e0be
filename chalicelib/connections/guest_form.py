"""The configuration page of a setup link's guest, with the buttons that a guest may use.

A guest isn't a user: these routes use a cookie of their own, which no other route reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.connections.configuration_form import ConfigurationForm
from chalicelib.connections.connection_page import PageMessages
from chalicelib.connections.form import Entries, changes_certificates, changes_in, editable_values, posted_entries
from chalicelib.connections.guest_page import guest_cards, guests_visitor
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.browser_session import MAX_PASTED_LENGTH, every_field, file_of, query_of
from chalicelib.http.cookies import cookies_in, no_setup_cookie, setup_cookie_name
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.rendering import page, redirect
from chalicelib.http.requests import FORM, MULTIPART, request_of
from chalicelib.setup_links.sessions import SetupSession

SAVING: Final = frozenset({"enter", "save", "save_and_test"})

guest_setup = Blueprint(__name__)


@dataclass(frozen=True, slots=True)
class GuestForm(ConfigurationForm):
    """The form on a guest's page. What guests save is pending."""

    request: Request
    guest: SetupSession

    def render(self, connection: Connection, entries: Entries | None, said: PageMessages, status: int) -> Response:
        """Renders the guest's page."""
        return guest_cards(self.request, replace(self.guest, connection=connection), entries, said, status)

    def store(self, entries: Entries) -> Connection:
        """Saves the entries as pending values."""
        made, connection = current(), self.connection
        edited = connection.with_values(editable_values(connection))
        texts = made.connections.certificate_texts(edited) if changes_certificates(entries, connection) else {}
        changes = changes_in(entries, connection, texts)
        return made.setup_sessions.propose(self.guest, changes, entries.version, made.clock())

    def load_latest(self) -> tuple[Connection, str]:
        """Returns the stored connection; a guest doesn't see who changed it."""
        return _guest(self.request).connection, ""

    def finish_save(self, connection: Connection) -> Response:
        """Starts a test, or shows the page again."""
        wants_test = self.action == "save_and_test" and editable_values(connection).are_complete
        if wants_test and not connection.disabled:
            return _start_test(replace(self.guest, connection=connection), current().clock())
        return redirect("/setup", done="save")


@guest_setup.route("/setup")
def setup_page() -> Response:
    """Renders the parts of the configuration that a guest may see."""
    request = request_of(guest_setup)
    return guest_cards(request, _guest(request), said=PageMessages(done=query_of(request, "done")))


@guest_setup.route("/setup", methods=["POST"], content_types=[FORM, MULTIPART])
def change() -> Response:
    """Executes the submitted button: import, propose, test or finish."""
    request = request_of(guest_setup)
    guest, now = _guest(request), current().clock()
    fields = every_field(request, guests_visitor(request, guest), max_length=MAX_PASTED_LENGTH)
    action = fields.get("do", [""])[-1]
    if action == "import" or action in SAVING:
        file = file_of(request, "import_file")
        form = GuestForm(guest.connection, posted_entries(fields), fields, file, request, guest)
        return form.read_input() if action == "import" else form.save()
    if action == "test":
        return _start_test(guest, now)
    if action == "finish":
        current().setup_sessions.finish(guest, now)
        cookies = [no_setup_cookie(current().settings)]
        return page("setup_done.html", None, cookies=cookies, organization=guest.organization)
    raise NotFound


def _start_test(guest: SetupSession, now: datetime) -> Response:
    offer = current().setup_sessions.offer_test(guest, now)
    return redirect(offer.url.removeprefix(current().settings.base_url))


def _guest(request: Request) -> SetupSession:
    cookie = cookies_in(request.headers.get("cookie")).get(setup_cookie_name(current().settings))
    return current().setup_sessions.find(cookie, current().clock())

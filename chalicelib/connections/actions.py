"""The buttons of the configuration page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib.connections.configuration_form import ConfigurationForm
from chalicelib.connections.connection_page import PageMessages, connection_cards
from chalicelib.connections.form import Entries, changes_certificates, changes_in, editable_values, must_wait
from chalicelib.connections.last_change import last_changed_by
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import Conflict, Invalid, SignInRefused, Stale
from chalicelib.http.framework import Response
from chalicelib.http.rendering import redirect
from chalicelib.sessions.browser import BrowserSession

if TYPE_CHECKING:
    from chalicelib.connections.pending import PendingConfiguration
    from chalicelib.idp_metadata.model import MetadataCheck


@dataclass(frozen=True, slots=True)
class AdminForm(ConfigurationForm):
    """The form on the admins' page. What they save takes effect, or is pending if it could break a live connection.

    Attributes:
        check: the last metadata check.
    """

    visitor: BrowserSession
    check: MetadataCheck | None

    def render(self, connection: Connection, entries: Entries | None, said: PageMessages, status: int) -> Response:
        """Renders the admins' page."""
        return connection_cards(self.visitor, connection, self.check, entries, said, status)

    def store(self, entries: Entries) -> Connection:
        """Saves the entries."""
        made, now, connection = current(), current().clock(), self.connection
        edited = connection.with_values(editable_values(connection))
        texts = made.connections.certificate_texts(edited) if changes_certificates(entries, connection) else {}
        changes = changes_in(entries, connection, texts)
        if not must_wait(entries, connection):
            return made.connections.change(connection, changes, entries.version, now)
        return made.pending_values.propose(connection, changes, entries.version, now, provider=entries.provider)

    def load_latest(self) -> tuple[Connection, str]:
        """Returns the stored connection and its last editor's address."""
        latest = current().connections.get(self.connection.organization_id, self.connection.id)
        return latest, last_changed_by(latest)

    def finish_save(self, connection: Connection) -> Response:
        """Starts a test, or shows the page again."""
        if self.action == "save_and_test" and editable_values(connection).are_complete:
            return _start_test(connection)
        return redirect(f"/admin/sso/{connection.id}", done="proposed" if connection.pending else "save")

    def refuse(self, why: str, status: int) -> Response:
        """Renders the reason of a refusal with the stored values. Nothing was changed."""
        latest = current().connections.get(self.connection.organization_id, self.connection.id)
        said = PageMessages(refused=why, who=last_changed_by(latest) if why == "stale" else "")
        return self.render(latest, None, said, status)


Action = Callable[[AdminForm], Response]
Act = Callable[[Connection, int, datetime], Connection]


def _start_test(connection: Connection) -> Response:
    """Redirects to the identity provider. The signed request marks the sign-in as a test."""
    made = current()
    try:
        offer = made.connection_tests.offer(connection, made.clock(), of_pending=connection.pending is not None)
    except SignInRefused:
        return redirect(f"/admin/sso/{connection.id}", done="untestable")
    return redirect(offer.url.removeprefix(made.settings.base_url))


def _pending(act: Callable[[PendingConfiguration], Act], done: str) -> Action:
    """Makes an action that changes the pending values."""

    def press_it(form: AdminForm) -> Response:
        made = current()
        try:
            act(made.pending_values)(form.connection, form.entries.version, made.clock())
        except Stale:
            return form.refuse("stale", 412)
        except Conflict as error:
            return form.refuse(error.code, 409)
        return redirect(f"/admin/sso/{form.connection.id}", done=done)

    return press_it


def _look(form: AdminForm) -> Response:
    """Refreshes the metadata now."""
    try:
        current().metadata_refresh.look(form.connection, form.check, current().clock())
    except Conflict as error:
        return form.refuse(error.code, 409)
    return redirect(f"/admin/sso/{form.connection.id}", done="looked")


def _approve(form: AdminForm) -> Response:
    """Trusts the selected keys that were found in the metadata."""
    wanted = list(dict.fromkeys(form.form.get("found_key", [])))
    try:
        current().metadata_refresh.approve(form.connection, form.check, wanted, current().clock())
    except Stale:
        return form.refuse("stale", 412)
    except Invalid as error:
        codes = {entry.code for entry in error.errors}
        return form.refuse("too_many_certificates" if "too_many_certificates" in codes else "unknown_key", 409)
    return redirect(f"/admin/sso/{form.connection.id}", done="approved" if wanted else "")


def _disable(form: AdminForm) -> Response:
    current().connections.disable(form.connection, current().clock())
    return redirect(f"/admin/sso/{form.connection.id}", done="disable")


def _enable(form: AdminForm) -> Response:
    current().connections.enable(form.connection, current().clock())
    return redirect(f"/admin/sso/{form.connection.id}", done="enable")


def _delete(form: AdminForm) -> Response:
    try:
        current().connections.delete(form.connection, form.entries.version, current().clock())
    except Stale:
        return form.refuse("stale", 412)
    return redirect("/admin/sso", all="1")


ACTIONS: Final[dict[str, Action]] = {
    "import": AdminForm.read_input,
    "enter": AdminForm.save,
    "save": AdminForm.save,
    "save_and_test": AdminForm.save,
    "test": lambda form: _start_test(form.connection),
    "apply": _pending(lambda values: values.apply, "apply"),
    "discard": _pending(lambda values: values.discard, "discard"),
    "roll_back": _pending(lambda values: values.roll_back, "roll_back"),
    "activate": _pending(lambda values: values.activate, "activate"),
    "look": _look,
    "approve": _approve,
    "disable": _disable,
    "enable": _enable,
    "delete": _delete,
}
"""Maps each button's value to its action."""

"""The buttons of the configuration page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from chalicelib.connections.configuration_form import ConfigurationForm, read_input, save_fields
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


@dataclass(frozen=True, slots=True)
class FormAction:
    """A submitted button with the rest of the form."""

    visitor: BrowserSession
    connection: Connection
    entries: Entries
    form: Mapping[str, list[str]] = field(repr=False)
    file: bytes | None = field(repr=False)

    @property
    def owner(self) -> str:
        """The admin's organization."""
        return self.visitor.who.organization.id


Action = Callable[[FormAction], Response]
Act = Callable[[str, str, int, datetime], Connection]


def _import(press: FormAction) -> Response:
    return read_input(_card(press))


def _save(press: FormAction) -> Response:
    return save_fields(_card(press))


def _card(press: FormAction) -> ConfigurationForm:
    return ConfigurationForm(
        press.connection,
        press.entries,
        press.form,
        press.file,
        render=partial(connection_cards, press.visitor),
        save=lambda entries: _store(press, entries),
        load_latest=lambda: _meanwhile(press),
        on_saved=lambda connection: _finish_save(press, connection),
    )


def _store(press: FormAction, entries: Entries) -> Connection:
    """Saves the entries; as pending values if they could break a live connection."""
    made, now, connection = current(), current().clock(), press.connection
    edited = connection.with_values(editable_values(connection))
    texts = made.connections.certificate_texts(edited) if changes_certificates(entries, connection) else {}
    changes = changes_in(entries, connection, texts)
    if not must_wait(entries, connection):
        return made.connections.change(press.owner, connection.id, changes, entries.version, now)
    return made.pending_values.propose(
        press.owner, connection.id, changes, entries.version, now, provider=entries.provider
    )


def _meanwhile(press: FormAction) -> tuple[Connection, str]:
    latest = current().connections.get(press.owner, press.connection.id)
    return latest, last_changed_by(latest)


def _finish_save(press: FormAction, connection: Connection) -> Response:
    if press.form.get("do", [""])[-1] == "save_and_test" and editable_values(connection).are_complete:
        return _test(replace(press, connection=connection))
    return redirect(f"/admin/sso/{connection.id}", done="proposed" if connection.pending else "save")


def _test(press: FormAction) -> Response:
    """Redirects to the identity provider. The sealed request marks the sign-in as a test."""
    made, connection = current(), press.connection
    try:
        offer = made.connection_tests.offer(connection, made.clock(), of_pending=connection.pending is not None)
    except SignInRefused:
        return redirect(f"/admin/sso/{connection.id}", done="untestable")
    return redirect(offer.url.removeprefix(made.settings.base_url))


def _pending(act: Callable[[PendingConfiguration], Act], done: str) -> Action:
    """Makes an action that changes the pending values."""

    def press_it(press: FormAction) -> Response:
        made = current()
        try:
            act(made.pending_values)(press.owner, press.connection.id, press.entries.version, made.clock())
        except Stale:
            return _refuse(press, "stale", 412)
        except Conflict as error:
            return _refuse(press, error.code, 409)
        return redirect(f"/admin/sso/{press.connection.id}", done=done)

    return press_it


def _refuse(press: FormAction, why: str, status: int) -> Response:
    """Renders the reason of a refusal with the stored values. Nothing was changed."""
    latest = current().connections.get(press.owner, press.connection.id)
    said = PageMessages(refused=why, who=last_changed_by(latest) if why == "stale" else "")
    return connection_cards(press.visitor, latest, said=said, status=status)


def _look(press: FormAction) -> Response:
    """Refreshes the metadata now."""
    try:
        current().metadata_refresh.look(press.owner, press.connection.id, current().clock())
    except Conflict as error:
        return _refuse(press, error.code, 409)
    return redirect(f"/admin/sso/{press.connection.id}", done="looked")


def _approve(press: FormAction) -> Response:
    """Trusts the selected keys that were found in the metadata."""
    wanted = list(dict.fromkeys(press.form.get("found_key", [])))
    try:
        current().metadata_refresh.approve(press.owner, press.connection.id, wanted, current().clock())
    except Stale:
        return _refuse(press, "stale", 412)
    except Invalid as error:
        codes = {entry.code for entry in error.errors}
        return _refuse(press, "too_many_certificates" if "too_many_certificates" in codes else "unknown_key", 409)
    return redirect(f"/admin/sso/{press.connection.id}", done="approved" if wanted else "")


def _disable(press: FormAction) -> Response:
    current().connections.disable(press.owner, press.connection.id, current().clock())
    return redirect(f"/admin/sso/{press.connection.id}", done="disable")


def _enable(press: FormAction) -> Response:
    current().connections.enable(press.owner, press.connection.id, current().clock())
    return redirect(f"/admin/sso/{press.connection.id}", done="enable")


def _delete(press: FormAction) -> Response:
    try:
        current().connections.delete(press.owner, press.connection.id, press.entries.version, current().clock())
    except Stale:
        return _refuse(press, "stale", 412)
    return redirect("/admin/sso", all="1")


ACTIONS: Final[dict[str, Action]] = {
    "import": _import,
    "enter": _save,
    "save": _save,
    "save_and_test": _save,
    "test": _test,
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

"""What each button on the configuration page does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalice.app import Response

from chalicelib.container import current
from chalicelib.domain.connection import Connection
from chalicelib.errors import Conflict, Invalid, SignInRefused, Stale
from chalicelib.routes.connection_form import (
    Entries,
    certificate_errors,
    changes_certificates,
    changes_in,
    edited_values,
    faults_at_fields,
    is_private_key,
    must_wait,
    stored_entries,
)
from chalicelib.routes.connection_page import Said, connection_cards
from chalicelib.routes.fault_words import fault_words
from chalicelib.routes.import_form import given_in, misplaced, shown_again, with_understood
from chalicelib.routes.last_change import last_changed_by
from chalicelib.routes.page import redirect
from chalicelib.routes.visitor import Visitor

if TYPE_CHECKING:
    from chalicelib.services.pending_values import PendingValues


@dataclass(frozen=True, slots=True)
class Press:
    """A button, with everything that was posted along with it."""

    visitor: Visitor
    connection: Connection
    entries: Entries
    form: Mapping[str, list[str]] = field(repr=False)
    file: bytes | None = field(repr=False)

    @property
    def owner(self) -> str:
        """The admin's organization."""
        return self.visitor.who.organization.id


Action = Callable[[Press], Response]
Act = Callable[[str, str, int, datetime], Connection]


def _import(press: Press) -> Response:
    given = given_in(press.form, press.file)
    return _understood(press, given, "import_text", pasted=shown_again(given))


def _understood(press: Press, given: str | bytes, at: str, pasted: str) -> Response:
    """Say what was understood and put it into the fields; nothing is saved.

    Args:
        at: the field in which it was given.
        pasted: stands in the field that takes anything, where it is needed once more.
    """
    chosen = press.form.get("entity_id", [""])[-1] or None
    try:
        found = current().imports.understand(given, chosen, current().clock())
    except Invalid as error:
        secret = is_private_key(error.errors)
        said = Said(faults={at: fault_words(error.errors[0].detail)}, pasted="" if secret else pasted)
        entries = press.entries.without_certificate() if secret else press.entries
        return connection_cards(press.visitor, press.connection, entries, said, 422)
    said = Said(found=found, misplaced="" if at == "import_text" else at)
    if found.entities is not None:
        return connection_cards(press.visitor, press.connection, press.entries, replace(said, pasted=pasted))
    entries = with_understood(press.entries, found, press.connection)
    return connection_cards(press.visitor, press.connection, entries, said)


def _save(press: Press) -> Response:
    if given_in(press.form, press.file):  # it was pasted to be used, whatever button came next
        return _import(press)
    entries = press.entries
    if (elsewhere := misplaced(entries, press.connection)) is not None:
        field_name, text = elsewhere
        rest = entries.without_certificate() if field_name == "x509_certificates" else entries
        return _understood(replace(press, entries=rest), text, field_name, pasted=text)
    try:
        connection = _saved(press)
    except Invalid as error:
        errors = (*error.errors, *certificate_errors(entries))
        kept = entries.without_certificate() if is_private_key(errors) else entries
        return connection_cards(press.visitor, press.connection, kept, Said(faults=faults_at_fields(errors)), 422)
    except Stale:
        latest = current().configurations.get(press.owner, press.connection.id)
        said = Said(stale=stored_entries(latest), who=last_changed_by(latest))
        return connection_cards(press.visitor, latest, entries.on(latest), said, 412)
    if press.form.get("do", [""])[-1] == "save_and_test" and edited_values(connection).are_complete:
        return _test(replace(press, connection=connection))
    return redirect(f"/admin/sso/{connection.id}", done="proposed" if connection.pending else "save")


def _saved(press: Press) -> Connection:
    """Store the entries: beside what is in force, where they could break it."""
    made, now = current(), current().clock()
    connection, entries, version = press.connection, press.entries, press.entries.version
    edited = connection.with_values(edited_values(connection))
    texts = made.configurations.certificate_texts(edited) if changes_certificates(entries, connection) else {}
    changes = changes_in(entries, connection, texts)
    if not must_wait(entries, connection):
        return made.configurations.change(press.owner, connection.id, changes, version, now)
    if changes.get("sign_requests") and not connection.sign_requests:  # harmless to whom it is sent to now
        version = made.configurations.change(press.owner, connection.id, {"sign_requests": True}, version, now).version
    return made.pending_values.propose(press.owner, connection.id, changes, version, now, provider=entries.provider)


def _test(press: Press) -> Response:
    """Off to the identity provider. That it is a test stands in the sealed request."""
    made, connection = current(), press.connection
    try:
        offer = made.connection_tests.offer(connection, made.clock(), of_pending=connection.pending is not None)
    except SignInRefused:
        return redirect(f"/admin/sso/{connection.id}", done="untestable")
    return redirect(offer.url.removeprefix(made.settings.base_url))


def _pending(act: Callable[[PendingValues], Act], done: str) -> Action:
    """One of the things that can be done with pending values."""

    def press_it(press: Press) -> Response:
        made = current()
        try:
            act(made.pending_values)(press.owner, press.connection.id, press.entries.version, made.clock())
        except Stale:
            return _refused(press, "stale", 412)
        except Conflict as error:
            return _refused(press, error.code, 409)
        return redirect(f"/admin/sso/{press.connection.id}", done=done)

    return press_it


def _refused(press: Press, why: str, status: int) -> Response:
    """Nothing was changed; the page says why, and shows what is stored now."""
    latest = current().configurations.get(press.owner, press.connection.id)
    said = Said(refused=why, who=last_changed_by(latest) if why == "stale" else "")
    return connection_cards(press.visitor, latest, said=said, status=status)


def _look(press: Press) -> Response:
    """Read the metadata again, now."""
    try:
        current().metadata_refresh.look(press.owner, press.connection.id, current().clock())
    except Conflict as error:
        return _refused(press, error.code, 409)
    return redirect(f"/admin/sso/{press.connection.id}", done="looked")


def _approve(press: Press) -> Response:
    """Trust the keys that were found in the metadata and are ticked."""
    wanted = list(dict.fromkeys(press.form.get("found_key", [])))
    try:
        current().metadata_refresh.approve(press.owner, press.connection.id, wanted, current().clock())
    except Stale:
        return _refused(press, "stale", 412)
    except Invalid as error:
        codes = {entry.code for entry in error.errors}
        return _refused(press, "too_many_certificates" if "too_many_certificates" in codes else "unknown_key", 409)
    return redirect(f"/admin/sso/{press.connection.id}", done="approved" if wanted else "")


def _disable(press: Press) -> Response:
    current().configurations.disable(press.owner, press.connection.id, current().clock())
    return redirect(f"/admin/sso/{press.connection.id}", done="disable")


def _enable(press: Press) -> Response:
    current().configurations.enable(press.owner, press.connection.id, current().clock())
    return redirect(f"/admin/sso/{press.connection.id}", done="enable")


def _delete(press: Press) -> Response:
    try:
        current().configurations.delete(press.owner, press.connection.id, press.entries.version, current().clock())
    except Stale:
        return _refused(press, "stale", 412)
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
"""Value of the button → what it does."""

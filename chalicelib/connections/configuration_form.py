"""The card of the identity provider's values, whoever fills it in: an admin, or a setup link's guest.

What was pasted is read into the fields, and fields are saved; what that does is the page's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.connections.connection_page import PageMessages
from chalicelib.connections.form import Entries, certificate_errors, faults_at_fields, is_private_key, stored_entries
from chalicelib.connections.import_form import echo_of, find_misplaced, submitted_text, with_understood
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import Invalid, Stale
from chalicelib.http.framework import Response
from chalicelib.i18n.fault_texts import localize_fault

Show = Callable[[Connection, Entries | None, PageMessages, int], Response]


@dataclass(frozen=True, slots=True)
class ConfigurationForm:
    """The card as it was posted, and the page that it stands on.

    Attributes:
        show: the page once more, with these entries, what there is to say, and a status.
        store: saves the entries. Raises Invalid for bad fields, Stale where somebody else saved first.
        meanwhile: the connection as somebody else saved it, and who that was.
        on_saved: what follows a save.
    """

    connection: Connection
    entries: Entries
    form: Mapping[str, list[str]] = field(repr=False)
    file: bytes | None = field(repr=False)
    render: Show
    save: Callable[[Entries], Connection]
    load_latest: Callable[[], tuple[Connection, str]]
    on_saved: Callable[[Connection], Response]


def read_input(card: ConfigurationForm) -> Response:
    """Say what was understood of something pasted or uploaded, and put it into the fields; nothing is saved."""
    given = submitted_text(card.form, card.file)
    return _render_import(card, given, "import_text", pasted=echo_of(given))


def save_fields(card: ConfigurationForm) -> Response:
    """Save the fields; what was pasted besides, or stands where something else belongs, is read first."""
    if submitted_text(card.form, card.file):  # it was pasted to be used, whatever button came next
        return read_input(card)
    entries = card.entries
    if (elsewhere := find_misplaced(entries, card.connection)) is not None:
        field_name, text = elsewhere
        rest = entries.without_certificate() if field_name == "x509_certificates" else entries
        return _render_import(replace(card, entries=rest), text, field_name, pasted=text)
    try:
        connection = card.save(entries)
    except Invalid as error:
        errors = (*error.errors, *certificate_errors(entries))
        kept = entries.without_certificate() if is_private_key(errors) else entries
        return card.render(card.connection, kept, PageMessages(faults=faults_at_fields(errors)), 422)
    except Stale:
        latest, who = card.load_latest()
        return card.render(latest, entries.on(latest), PageMessages(stale=stored_entries(latest), who=who), 412)
    return card.on_saved(connection)


def _render_import(card: ConfigurationForm, given: str | bytes, at: str, pasted: str) -> Response:
    """What was understood.

    Args:
        at: the field in which it was given.
        pasted: stands in the field that takes anything, where it is needed once more.
    """
    chosen = card.form.get("entity_id", [""])[-1] or None
    try:
        found = current().imports.parse(given, chosen, current().clock())
    except Invalid as error:
        secret = is_private_key(error.errors)
        said = PageMessages(faults={at: localize_fault(error.errors[0].detail)}, pasted="" if secret else pasted)
        entries = card.entries.without_certificate() if secret else card.entries
        return card.render(card.connection, entries, said, 422)
    said = PageMessages(found=found, misplaced="" if at == "import_text" else at)
    if found.entities is not None:
        return card.render(card.connection, card.entries, replace(said, pasted=pasted), 200)
    return card.render(card.connection, with_understood(card.entries, found, card.connection), said, 200)

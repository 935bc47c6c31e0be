"""The form with the identity provider's values, shared by admins and the guests of setup links.

Handles pasted input and saving; the page decides what saving does.
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
from chalicelib.i18n.catalog import localize

Show = Callable[[Connection, Entries | None, PageMessages, int], Response]


@dataclass(frozen=True, slots=True)
class ConfigurationForm:
    """The submitted form and the page it belongs to.

    Attributes:
        show: renders the page with the given entries, messages and status.
        store: saves the entries. Raises Invalid for invalid fields, Stale if the connection changed since it was read.
        meanwhile: returns the connection as saved by the other editor, and that editor.
        on_saved: renders the response after a successful save.
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
    """Parses pasted or uploaded input into the fields. Saves nothing."""
    given = submitted_text(card.form, card.file)
    return _render_import(card, given, "import_text", pasted=echo_of(given))


def save_fields(card: ConfigurationForm) -> Response:
    """Saves the fields. Pasted input, and input in the wrong field, is parsed first."""
    if submitted_text(card.form, card.file):  # pasted input takes effect whichever button was used
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
    """Renders the parsed input.

    Args:
        at: the field that held the input.
        pasted: content of the import field, if it is still needed.
    """
    chosen = card.form.get("entity_id", [""])[-1] or None
    try:
        found = current().imports.parse(given, chosen, current().clock())
    except Invalid as error:
        secret = is_private_key(error.errors)
        said = PageMessages(faults={at: localize(error.errors[0].detail)}, pasted="" if secret else pasted)
        entries = card.entries.without_certificate() if secret else card.entries
        return card.render(card.connection, entries, said, 422)
    said = PageMessages(found=found, misplaced="" if at == "import_text" else at)
    if found.entities is not None:
        return card.render(card.connection, card.entries, replace(said, pasted=pasted), 200)
    return card.render(card.connection, with_understood(card.entries, found, card.connection), said, 200)

"""The card of the identity provider's values, whoever fills it in: an admin, or a setup link's guest.

What was pasted is read into the fields, and fields are saved; what that does is the page's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from chalice.app import Response

from chalicelib.container import current
from chalicelib.domain.connection import Connection
from chalicelib.errors import Invalid, Stale
from chalicelib.routes.connection_form import (
    Entries,
    certificate_errors,
    faults_at_fields,
    is_private_key,
    stored_entries,
)
from chalicelib.routes.connection_page import Said
from chalicelib.routes.fault_words import fault_words
from chalicelib.routes.import_form import given_in, misplaced, shown_again, with_understood

Show = Callable[[Connection, Entries | None, Said, int], Response]


@dataclass(frozen=True, slots=True)
class ValuesCard:
    """The card as it was posted, and the page that it stands on.

    Attributes:
        show: the page once more, with these entries, what there is to say, and a status.
        store: saves the entries. Raises Invalid for bad fields, Stale where somebody else saved first.
        meanwhile: the connection as somebody else saved it, and who that was.
        go_on: what follows a save.
    """

    connection: Connection
    entries: Entries
    form: Mapping[str, list[str]] = field(repr=False)
    file: bytes | None = field(repr=False)
    show: Show
    store: Callable[[Entries], Connection]
    meanwhile: Callable[[], tuple[Connection, str]]
    go_on: Callable[[Connection], Response]


def read(card: ValuesCard) -> Response:
    """Say what was understood of something pasted or uploaded, and put it into the fields; nothing is saved."""
    given = given_in(card.form, card.file)
    return _understood(card, given, "import_text", pasted=shown_again(given))


def saved(card: ValuesCard) -> Response:
    """Save the fields; what was pasted besides, or stands where something else belongs, is read first."""
    if given_in(card.form, card.file):  # it was pasted to be used, whatever button came next
        return read(card)
    entries = card.entries
    if (elsewhere := misplaced(entries, card.connection)) is not None:
        field_name, text = elsewhere
        rest = entries.without_certificate() if field_name == "x509_certificates" else entries
        return _understood(replace(card, entries=rest), text, field_name, pasted=text)
    try:
        connection = card.store(entries)
    except Invalid as error:
        errors = (*error.errors, *certificate_errors(entries))
        kept = entries.without_certificate() if is_private_key(errors) else entries
        return card.show(card.connection, kept, Said(faults=faults_at_fields(errors)), 422)
    except Stale:
        latest, who = card.meanwhile()
        return card.show(latest, entries.on(latest), Said(stale=stored_entries(latest), who=who), 412)
    return card.go_on(connection)


def _understood(card: ValuesCard, given: str | bytes, at: str, pasted: str) -> Response:
    """What was understood.

    Args:
        at: the field in which it was given.
        pasted: stands in the field that takes anything, where it is needed once more.
    """
    chosen = card.form.get("entity_id", [""])[-1] or None
    try:
        found = current().imports.understand(given, chosen, current().clock())
    except Invalid as error:
        secret = is_private_key(error.errors)
        said = Said(faults={at: fault_words(error.errors[0].detail)}, pasted="" if secret else pasted)
        entries = card.entries.without_certificate() if secret else card.entries
        return card.show(card.connection, entries, said, 422)
    said = Said(found=found, misplaced="" if at == "import_text" else at)
    if found.entities is not None:
        return card.show(card.connection, card.entries, replace(said, pasted=pasted), 200)
    return card.show(card.connection, with_understood(card.entries, found, card.connection), said, 200)

"""The form with the identity provider's values, shared by admins and the guests of setup links."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chalicelib.connections.connection_page import PageMessages
from chalicelib.connections.form import Entries, certificate_errors, faults_at_fields, is_private_key, stored_entries
from chalicelib.connections.import_form import echo_of, find_misplaced, submitted_text, with_understood
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.errors import Invalid, Stale
from chalicelib.http.framework import Response
from chalicelib.i18n.catalog import localize


@dataclass(frozen=True, slots=True)
class ConfigurationForm(ABC):
    """The submitted form. The page that it belongs to is a subclass: it renders, and decides what saving does."""

    connection: Connection
    entries: Entries
    form: Mapping[str, list[str]] = field(repr=False)
    file: bytes | None = field(repr=False)

    @abstractmethod
    def render(self, connection: Connection, entries: Entries | None, said: PageMessages, status: int) -> Response:
        """Renders the page with these entries."""

    @abstractmethod
    def store(self, entries: Entries) -> Connection:
        """Saves the entries.

        Raises:
            Invalid: invalid fields.
            Stale: the connection changed since it was read.
        """

    @abstractmethod
    def load_latest(self) -> tuple[Connection, str]:
        """Returns the connection as saved by another editor, and that editor."""

    @abstractmethod
    def finish_save(self, connection: Connection) -> Response:
        """Responds to a successful save."""

    @property
    def action(self) -> str:
        """The submitted button."""
        return self.form.get("do", [""])[-1]

    def read_input(self) -> Response:
        """Parses pasted or uploaded input into the fields. Saves nothing."""
        given = submitted_text(self.form, self.file)
        return self._render_import(self.entries, given, "import_text", pasted=echo_of(given))

    def save(self) -> Response:
        """Saves the fields. Pasted input, and input in the wrong field, is parsed first."""
        if submitted_text(self.form, self.file):  # pasted input takes effect whichever button was used
            return self.read_input()
        entries = self.entries
        if (elsewhere := find_misplaced(entries, self.connection)) is not None:
            field_name, text = elsewhere
            rest = entries.without_certificate() if field_name == "x509_certificates" else entries
            return self._render_import(rest, text, field_name, pasted=text)
        try:
            connection = self.store(entries)
        except Invalid as error:
            errors = (*error.errors, *certificate_errors(entries))
            kept = entries.without_certificate() if is_private_key(errors) else entries
            return self.render(self.connection, kept, PageMessages(faults=faults_at_fields(errors)), 422)
        except Stale:
            latest, who = self.load_latest()
            said = PageMessages(stale=stored_entries(latest), who=who)
            return self.render(latest, entries.on(latest), said, 412)
        return self.finish_save(connection)

    def _render_import(self, entries: Entries, given: str | bytes, at: str, pasted: str) -> Response:
        """Renders the parsed input.

        Args:
            at: the field that held the input.
            pasted: content of the import field, if it is still needed.
        """
        chosen = self.form.get("entity_id", [""])[-1] or None
        try:
            found = current().imports.parse(given, chosen, current().clock())
        except Invalid as error:
            secret = is_private_key(error.errors)
            faults: dict[str, str] = {at: localize(error.errors[0].detail)}
            kept = entries.without_certificate() if secret else entries
            return self.render(self.connection, kept, PageMessages(faults=faults, pasted="" if secret else pasted), 422)
        said = PageMessages(found=found, misplaced="" if at == "import_text" else at)
        if found.entities is not None:
            return self.render(self.connection, entries, replace(said, pasted=pasted), 200)
        return self.render(self.connection, with_understood(entries, found, self.connection), said, 200)

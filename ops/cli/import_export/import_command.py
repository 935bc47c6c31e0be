"""`import`: in from a file. Every ID stays, so customers' identity providers need no change at the same address.

Each record is one transaction, with the condition that nothing is there yet; so a run that was killed is finished by
the next, and nothing is ever overwritten.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from chalicelib.container import Container
from chalicelib.errors import Conflict, NotFound
from chalicelib.i18n.catalog import in_english
from chalicelib.users.external_ids import ExternalIds
from ops.cli.command import Command, Options, argument
from ops.cli.import_export.export_file import ExportReader, open_export
from ops.cli.import_export.importer import Presence, create, name_of, organization_of, presence_of, rehearse
from ops.cli.import_export.records import Content, content_in
from ops.cli.output import Listing, Values


def import_file(options: Options, container: Container) -> Listing:
    """Read the file twice: to see that it is whole, and to take it in."""
    try:
        with options.file.open("rb") as file:
            return _Import(container, open_export(file), is_rehearsal=options.dry_run).listing()
    except OSError as error:
        raise ValueError(f"{options.file} can't be read: {error.strerror}.") from None


class _Import:
    """One run. Of everything that was refused the reason is kept, of the rest only the number."""

    def __init__(self, container: Container, reader: ExportReader, *, is_rehearsal: bool) -> None:
        self._container = container
        self._reader = reader
        self._is_rehearsal = is_rehearsal
        self._made: Counter[str] = Counter()
        self._there: Counter[str] = Counter()
        self._refused: list[Values] = []
        self._closed: set[str] = set()
        self._coming = ""  # the organization that was made last: those below it follow at once

    def listing(self) -> Listing:
        """Take everything in; what was refused, with the reasons."""
        if not self._is_rehearsal:
            ExternalIds(self._container.table).claim_earlier()
        for number, line in self._reader.records():
            try:
                content = content_in(line)
            except ValueError as error:
                self._refuse(number, line["record"], str(line.get("id")), str(error))
                continue
            self._take(number, line["record"], content)
        return Listing(
            ("line", "record", "id", "reason"),
            self._refused,
            {
                "would_make" if self._is_rehearsal else "made": dict(self._made),
                "already_there": dict(self._there),
                "refused": len(self._refused),
                "addresses": self._addresses(),
            },
            empty="nothing was refused",
            is_failure=bool(self._refused),
        )

    def _take(self, number: int, kind: str, content: Content) -> None:
        owner, name = organization_of(content), name_of(content)
        closes = kind == "organization"
        if owner in self._closed:
            self._refuse(number, kind, name, "Its organization was refused.")
            return
        presence = presence_of(content, self._container)
        if presence is Presence.OTHER:
            reason = "It is there already, and was changed since, or is another."
            self._refuse(number, kind, name, reason, closes=closes)
            return
        if presence is Presence.ABSENT:
            try:
                self._make(content, owner)
            except (Conflict, NotFound, ValueError) as error:
                reason = str(error) if isinstance(error, ValueError) else in_english(error.public)
                self._refuse(number, kind, name, reason, closes=closes)
                return
            self._coming = name if closes else self._coming
        (self._made if presence is Presence.ABSENT else self._there)[kind] += 1

    def _make(self, content: Content, owner: str) -> None:
        if self._is_rehearsal:
            rehearse(content, self._container, organization_comes=owner == self._coming)
        else:
            create(content, self._container)

    def _refuse(self, number: int, kind: str, name: str, reason: str, *, closes: bool = False) -> None:
        self._refused.append({"line": number, "record": kind, "id": name, "reason": reason})
        if closes:
            self._closed.add(name)

    def _addresses(self) -> str:
        before, now = self._reader.header.get("base_url"), self._container.settings.base_url
        if before == now:
            return "the same as before: customers don't have to change anything"
        return f"{now} instead of {before}: every customer must enter the new Single Sign-On URL and entity ID"


IMPORT: Final = Command(
    "import",
    "import an export; never overwrites, and continues an interrupted import",
    "import --file gatehouse.jsonl --dry-run",
    import_file,
    (
        argument("--file", type=Path, required=True, help="a file that `export` wrote"),
        argument("--dry-run", action="store_true", help="list what would be created, and conflicts; change nothing"),
    ),
)

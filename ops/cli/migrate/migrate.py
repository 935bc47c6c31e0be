"""`migrate`: connections of another system, from its own export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from chalicelib.container import Container
from ops.cli.arguments import octets_of
from ops.cli.command import Command, Options, argument
from ops.cli.migrate.auth0 import auth0
from ops.cli.migrate.cognito import cognito
from ops.cli.migrate.entry import Reader, Skipped
from ops.cli.migrate.importer import Importer
from ops.cli.migrate.keycloak import keycloak
from ops.cli.migrate.polis import polis
from ops.cli.output import Listing, Values
from ops.cli.queries import every_organization

_MAX_FILE_SIZE: Final = 50_000_000  # bytes

READERS: Final[dict[str, Reader]] = {"auth0": auth0, "cognito": cognito, "keycloak": keycloak, "polis": polis}
"""A system's name on the command line → its format."""


def migrate(options: Options, container: Container) -> Listing:
    """Settle every entry of the file; what was left out is listed too, with the reason."""
    try:
        document: object = json.loads(octets_of(options.file, _MAX_FILE_SIZE))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{options.file} is no JSON: {error}.") from None
    found = list(READERS[options.source](document))
    known = {o.external_id: o for o in every_organization(container) if o.external_id is not None}
    settler = Importer(container, known, is_rehearsal=options.dry_run)
    rows: list[Values] = []
    for entry in found:
        settled = entry if isinstance(entry, Skipped) else settler.import_entry(entry)
        if isinstance(settled, Skipped):
            settled = {"name": settled.name, "outcome": "left out", "todo": settled.reason}
        rows.append(settled)
    left = sum(row["outcome"] == "left out" for row in rows)
    more = {"entries": len(rows), "left_out": left, "changed_nothing": options.dry_run}
    notes = [f"{row['name']}: {row['todo']}" for row in rows if row["todo"]]
    return Listing(("name", "outcome", "domains", "connection_id"), rows, more, notes, is_failure=left > 0)


MIGRATE: Final = Command(
    "migrate",
    "create organizations and connections from another product's export; print what each customer has to change",
    "migrate --from auth0 --file connections.json --dry-run",
    migrate,
    (
        argument("--from", dest="source", required=True, choices=sorted(READERS), help="the other product"),
        argument("--file", type=Path, required=True, help="its export in JSON, see docs/operator.md"),
        argument("--dry-run", action="store_true", help="list what would be created, change nothing"),
    ),
)

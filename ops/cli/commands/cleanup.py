"""Commands for interrupted deletions and orphaned secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.cleanup.service import Orphan, OrphanKind
from chalicelib.container import Container
from chalicelib.errors import SsoError
from chalicelib.i18n.catalog import in_english
from ops.cli.command import Command, Options, argument
from ops.cli.output import Listing, Values

_MAX_SHOWN: Final = 10
"""Above this number, a majority of unknown secrets means that the table is the wrong one."""
_MEANS: Final = {
    OrphanKind.ORGANIZATION: "its deletion broke off",
    OrphanKind.SECRET: "the secret of a deleted connection",
    OrphanKind.UNKNOWN_SECRET: "a secret whose connection the table does not know",
    OrphanKind.TAKEOVER: "a verified domain in which other organizations still had users",
}


def cleanup(options: Options, container: Container) -> Listing:
    """Deletes all orphans, or lists them in a dry run; fails if some could not be deleted."""
    _require_the_right_table(container)
    rows = [_row(orphan, options, container) for orphan in _find(container)]
    left = sum(row["outcome"] == "failed" for row in rows)
    return Listing(("outcome", "kind", "id", "since", "what"), rows, empty="nothing is left over", is_failure=left > 0)


def _require_the_right_table(container: Container) -> None:
    """Refuses a table without most of the secrets' connections, such as an empty one: it is probably the wrong one."""
    unknown = sum(1 for _ in container.cleanup.unknown_secrets(container.clock()))
    every = sum(1 for _ in container.certificates.every())
    if unknown > every - unknown and (unknown > _MAX_SHOWN or not container.organizations.page(limit=1).values):
        raise ValueError(
            f"The table {container.settings.table_name} does not know {unknown} of the {every} connections that have "
            "secrets here. Is it the right one, and is it restored? Nothing was changed."
        )


def _find(container: Container) -> Iterator[Orphan]:
    orphans, now = container.cleanup, container.clock()
    yield from orphans.deletions(now)
    yield from orphans.unknown_secrets(now)


def _row(orphan: Orphan, options: Options, container: Container) -> Values:
    row = {"kind": orphan.kind, "id": orphan.id, "since": orphan.since, "what": _MEANS[orphan.kind]}
    if options.dry_run:
        return row | {"outcome": "would go"}
    try:
        container.cleanup.delete(orphan, container.clock(), lambda: True)
    except SsoError as error:
        return row | {"outcome": "failed", "what": error.private or in_english(error.public)}
    return row | {"outcome": "gone"}


CLEANUP: Final = Command(
    "tidy",
    "finish interrupted deletions and delete orphaned secrets; exit status 1 if something remains",
    "tidy --dry-run",
    cleanup,
    (argument("--dry-run", action="store_true", help="list only, change nothing"),),
)
"""The command."""

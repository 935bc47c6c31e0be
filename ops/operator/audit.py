"""The audit log: is it whole, and take it along."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final

from chalicelib.adapters.ledger import heads_lookups
from chalicelib.adapters.organizations import tombstone_lookup
from chalicelib.container import Container
from chalicelib.domain.audit_event import DEPLOYMENT
from chalicelib.domain.audit_filter import AuditFilter
from chalicelib.errors import NotFound
from ops.operator.answer import Record
from ops.operator.command import Command, Options, Thing, argument
from ops.operator.private_file import new_private_file


def verify(options: Options, container: Container) -> Record:
    """Look at every event of one log; a failure if it isn't whole."""
    if not _has_heads(options.organization, container):
        return _without_heads(options.organization, container)
    count, faults = container.audit_log.verify(options.organization, container.clock())
    told = [
        {"fault": fault.kind, "lane": fault.lane, "number": fault.sequence, "event_id": fault.event_id}
        for fault in faults
    ]
    values = {"organization": options.organization, "events": count, "result": "not whole" if faults else "whole"}
    return Record({**values, "faults": told}, is_failure=bool(faults))


def export(options: Options, container: Container) -> Record:
    """Write the events of one log into a new file, a line each, newest first; one that broke off is taken away."""
    if not _has_heads(options.organization, container):
        _without_heads(options.organization, container)
    with new_private_file(options.output) as file:
        try:
            count = _write(file, options.organization, container)
        except BaseException:
            options.output.unlink()
            raise
    return Record({"organization": options.organization, "events": count, "file": str(options.output)})


def _write(file: IO[bytes], organization_id: str, container: Container) -> int:
    count, after = 0, None
    while True:
        lines, after = container.audit_log.lines(organization_id, AuditFilter(), container.clock(), after=after)
        file.writelines(f"{line}\n".encode() for line in lines)
        count += len(lines)
        if after is None:
            return count


def _has_heads(organization_id: str, container: Container) -> bool:
    """Heads are kept for ever, and the first of them is as old as its organization."""
    return any(container.table.read_all(heads_lookups(organization_id)))


def _without_heads(organization_id: str, container: Container) -> Record:
    """A log in which nothing ever stood; of an organization that is there it was taken away.

    Raises:
        NotFound: there is no such organization.
    """
    values = {"organization": organization_id, "events": 0}
    if organization_id == DEPLOYMENT:
        return Record({**values, "result": "whole", "faults": []})
    (organization,) = container.table.read(tombstone_lookup(organization_id))
    if organization is None:
        raise NotFound("not_found", f"There is no log of {organization_id}.")
    return Record({**values, "result": "not whole: the whole log is gone", "faults": []}, is_failure=True)


_WHOSE: Final = argument(
    "--organization",
    required=True,
    metavar="ID",
    help=f"an organization's ID, or `{DEPLOYMENT}` for what belongs to none",
)

AUDIT: Final = Thing(
    "audit",
    "The audit log",
    (
        Command(
            "verify",
            "say whether a log is whole and as it was written; exit status 1 if it isn't",
            "audit verify --organization org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8",
            verify,
            (_WHOSE,),
        ),
        Command(
            "export",
            "write a log into a new file of JSON lines, for its owner's eyes only",
            f"audit export --organization {DEPLOYMENT} --output log.jsonl",
            export,
            (_WHOSE, argument("--output", type=Path, required=True, metavar="FILE", help="the file")),
        ),
    ),
)

"""The audit log: is it whole, and take it along."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.audit_log.model import DEPLOYMENT, RETENTION
from chalicelib.container import Container
from chalicelib.errors import NotFound
from chalicelib.i18n.message import message
from chalicelib.organizations.store import tombstone_lookup
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.output import Record
from ops.cli.private_file import new_private_file


def verify(options: Options, container: Container) -> Record:
    """Verify every event and digest of one log; a failure if it isn't whole."""
    verification = container.audit_log.verify(options.organization, container.clock())
    faults = verification.finish()
    if verification.count == 0 and not faults and not verification.is_named:
        return _empty(options.organization, container)
    newest = verification.newest_digest
    values = {
        "organization": options.organization,
        "events": verification.count,
        "digest": f"{newest.number}/{newest.hash}" if newest else None,
        "result": "not whole" if faults else "whole",
        "faults": [{"fault": fault.kind, "place": fault.place} for fault in faults],
    }
    return Record(values, is_failure=bool(faults))


def export(options: Options, container: Container) -> Record:
    """Write the events of one log into a new file, a line each, newest first; one that broke off is taken away."""
    _require_log(options.organization, container)
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


def _require_log(organization_id: str, container: Container) -> None:
    """Requires that the log exists, to catch a mistyped ID.

    Raises:
        NotFound: there is no such organization, and no event of it.
    """
    lines, _ = container.audit_log.lines(organization_id, AuditFilter(), container.clock(), after=None)
    if not lines:
        _empty(organization_id, container)


def _empty(organization_id: str, container: Container) -> Record:
    """A log without any event. Unless all of them are over, that of an organization was taken away.

    Raises:
        NotFound: there is no such organization.
    """
    values = {"organization": organization_id, "events": 0, "digest": None}
    if organization_id == DEPLOYMENT:
        return Record({**values, "result": "whole", "faults": []})
    (organization,) = container.table.read(tombstone_lookup(organization_id))
    if organization is None:
        raise NotFound("not_found", message("problem.not_found.audit_log", id=organization_id))
    if organization.created_at + RETENTION <= container.clock():
        return Record({**values, "result": "whole", "faults": []})
    return Record({**values, "result": "not whole: the whole log is gone", "faults": []}, is_failure=True)


_WHOSE: Final = argument(
    "--organization",
    required=True,
    metavar="ID",
    help=f"an organization's ID, or `{DEPLOYMENT}` for what belongs to none",
)

AUDIT: Final = CommandGroup(
    "audit",
    "The audit log",
    (
        Command(
            "verify",
            "verify that a log is complete and unaltered; exit status 1 if it isn't",
            "audit verify --organization org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8",
            verify,
            (_WHOSE,),
        ),
        Command(
            "export",
            "export a log to a new file of JSON lines, readable by its owner only",
            f"audit export --organization {DEPLOYMENT} --output log.jsonl",
            export,
            (_WHOSE, argument("--output", type=Path, required=True, metavar="FILE", help="the file")),
        ),
    ),
)

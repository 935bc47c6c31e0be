"""The audit log: is it whole, and take it along."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chalicelib.container import Container
from chalicelib.domain.audit_event import DEPLOYMENT
from chalicelib.domain.audit_filter import AuditFilter
from ops.operator.answer import Record
from ops.operator.command import Command, Options, Thing, argument


def verify(options: Options, container: Container) -> Record:
    """Look at every event of one log; a failure if it isn't whole."""
    count, faults = container.audit_log.verify(options.organization, container.clock())
    told = [
        {"fault": fault.kind, "lane": fault.lane, "number": fault.sequence, "event_id": fault.event_id}
        for fault in faults
    ]
    values = {"organization": options.organization, "events": count, "result": "not whole" if faults else "whole"}
    return Record({**values, "faults": told}, is_failure=bool(faults))


def export(options: Options, container: Container) -> Record:
    """Write the events of one log into a file, a line each, newest first."""
    count, after = 0, None
    with Path(options.output).open("w", encoding="utf-8") as file:
        while True:
            lines, after = container.audit_log.lines(
                options.organization, AuditFilter(), container.clock(), after=after
            )
            file.writelines(f"{line}\n" for line in lines)
            count += len(lines)
            if after is None:
                return Record({"organization": options.organization, "events": count, "file": str(options.output)})


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
            "write a log into a file of JSON lines",
            f"audit export --organization {DEPLOYMENT} --output log.jsonl",
            export,
            (_WHOSE, argument("--output", type=Path, required=True, metavar="FILE", help="the file")),
        ),
    ),
)

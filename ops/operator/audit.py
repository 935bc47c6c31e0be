"""`python -m ops audit`: is a log whole, and take it along."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chalicelib.container import Container
from chalicelib.domain.audit_event import DEPLOYMENT
from chalicelib.domain.audit_filter import AuditFilter
from chalicelib.domain.audit_verification import Fault
from chalicelib.errors import Conflict
from ops.operator.answer import Record
from ops.operator.command import Command, Options, Thing, argument

_TOLD_MOST = 20


def verify(options: Options, container: Container) -> Record:
    """Look at every event of one log.

    Raises:
        Conflict: `audit_broken`, with what is wrong.
    """
    count, faults = container.audit_log.verify(options.organization, container.clock())
    if faults:
        told = " ".join(_told(fault) for fault in faults[:_TOLD_MOST])
        raise Conflict("audit_broken", f"The log is not whole: {len(faults)} faults in {count} events. {told}")
    return Record({"organization": options.organization, "events": count, "result": "whole"})


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
                return Record({"organization": options.organization, "events": count, "file": options.output})


def _told(fault: Fault) -> str:
    event = f" ({fault.event_id})" if fault.event_id else ""
    return f"{fault.kind.value}: lane {fault.lane}, number {fault.sequence}{event};"


_WHOSE: Final = argument(
    "--organization", required=True, metavar="ID", help=f"org_…, or `{DEPLOYMENT}` for what belongs to none"
)

AUDIT: Final = Thing(
    "audit",
    "The audit log",
    (
        Command(
            "verify",
            "say whether a log is whole and as it was written",
            "audit verify --organization org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8",
            verify,
            (_WHOSE,),
        ),
        Command(
            "export",
            "write a log into a file of JSON lines",
            "audit export --organization org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8 --output audit.jsonl",
            export,
            (_WHOSE, argument("--output", required=True, metavar="FILE")),
        ),
    ),
)

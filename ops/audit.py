"""`python -m ops audit`: is a log whole, and take it along."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from chalicelib.container import Container
from chalicelib.domain.audit_event import DEPLOYMENT
from chalicelib.domain.audit_filter import AuditFilter
from chalicelib.domain.audit_verification import Fault
from chalicelib.errors import Conflict

_TOLD_MOST = 20


def verify(options: argparse.Namespace, container: Container) -> Mapping[str, str]:
    """Look at every event of one log.

    Raises:
        Conflict: `audit_broken`, with what is wrong.
    """
    count, faults = container.audit_log.verify(options.organization, container.clock())
    if faults:
        told = " ".join(_told(fault) for fault in faults[:_TOLD_MOST])
        raise Conflict("audit_broken", f"The log is not whole: {len(faults)} faults in {count} events. {told}")
    return {"organization": options.organization, "events": str(count), "result": "whole"}


def export(options: argparse.Namespace, container: Container) -> Mapping[str, str]:
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
                return {"organization": options.organization, "events": str(count), "file": options.output}


def add_audit(things: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands."""
    audit = things.add_parser("audit", help="the audit log").add_subparsers(required=True, metavar="COMMAND")
    whose = f"an organization's ID, or `{DEPLOYMENT}` for what belongs to none"
    verify_parser = audit.add_parser("verify", help="say whether a log is whole and as it was written")
    verify_parser.add_argument("--organization", required=True, metavar="ID", help=whose)
    verify_parser.set_defaults(command=verify)
    export_parser = audit.add_parser("export", help="write a log into a file of JSON lines")
    export_parser.add_argument("--organization", required=True, metavar="ID", help=whose)
    export_parser.add_argument("--output", required=True, metavar="FILE")
    export_parser.set_defaults(command=export)


def _told(fault: Fault) -> str:
    event = f" ({fault.event_id})" if fault.event_id else ""
    return f"{fault.kind.value}: lane {fault.lane}, number {fault.sequence}{event};"

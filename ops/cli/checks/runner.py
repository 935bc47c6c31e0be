"""`doctor`: runs every check, in the order of their dependencies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import boto3

from chalicelib.container import Container
from chalicelib.errors import Unavailable
from ops.cli.checks.address import check_clock, check_health, check_metadata, check_tolerances, reply_of
from ops.cli.checks.customers import check_certificates, check_tests
from ops.cli.checks.finding import CheckContext, CheckOutcome, CheckResult, Reply, failure, ok
from ops.cli.checks.store import check_keys, check_permissions, check_table, run_guarded
from ops.cli.command import Command, Options
from ops.cli.output import Listing
from ops.cli.queries import every_connection

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from chalicelib.connections.model import Connection
    from chalicelib.organizations.model import Organization

_OF_THE_DEPLOYMENT: Final = (check_health, check_table, check_keys, check_clock, check_permissions)
_OF_CONNECTIONS: Final = (check_metadata, check_tolerances, check_certificates, check_tests)


def examine(container: Container, dynamodb: DynamoDBClient, get: Callable[[str], Reply]) -> Listing:
    """Returns the findings of all checks; a failure if one failed."""
    findings = list(_findings(container, dynamodb, get))
    rows = [{"check": f.check, "outcome": f.outcome, "detail": f.detail, "advice": f.advice or None} for f in findings]
    counts = {outcome.value: sum(f.outcome is outcome for f in findings) for outcome in CheckOutcome}
    is_failure = counts[CheckOutcome.FAILED.value] > 0
    notes = [f"{f.check}: {f.advice}" for f in findings if f.advice]
    return Listing(("outcome", "check", "detail"), rows, counts, tuple(dict.fromkeys(notes)), is_failure=is_failure)


def _findings(container: Container, dynamodb: DynamoDBClient, get: Callable[[str], Reply]) -> Iterator[CheckResult]:
    settings, now = container.settings, container.clock()
    yield ok("settings", f"stage {settings.stage} at {settings.base_url}")  # what is wrong with them ends the command
    connections: tuple[tuple[Organization, Connection], ...] | None = None
    try:
        connections = tuple(every_connection(container))
    except Unavailable as error:
        advice = "Check region, credentials, GATEHOUSE_STAGE and this caller's permissions on the table."
        yield failure("connections", f"the connections can't be read: {error.private}", advice)
    patient = CheckContext(container, dynamodb, get, now, connections or ())
    for check in (*_OF_THE_DEPLOYMENT, *(_OF_CONNECTIONS if connections is not None else ())):
        yield from run_guarded(check, patient)


def _run_checks(_: Options, container: Container) -> Listing:
    return examine(container, boto3.client("dynamodb"), reply_of)


DOCTOR: Final = Command(
    "doctor",
    "check the deployment's health; exit status 1 if a check fails",
    "doctor",
    _run_checks,
)

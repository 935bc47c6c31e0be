"""Results of a check, and the context that it runs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.container import Container

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from chalicelib.connections.model import Connection
    from chalicelib.organizations.model import Organization


class CheckOutcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check.

    Attributes:
        advice: what to do; "" where nothing is.
    """

    check: str
    outcome: CheckOutcome
    detail: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The response of a URL.

    Attributes:
        date: the Date header's moment, if there is one.
    """

    status: int
    body: bytes
    date: datetime | None


@dataclass(frozen=True, slots=True)
class CheckContext:
    """A deployment, as the doctor sees it.

    Attributes:
        get: an address → its reply; raises OSError where nothing answers.
        connections: all there are, with their organizations.
    """

    container: Container
    dynamodb: DynamoDBClient
    get: Callable[[str], Reply]
    now: datetime
    connections: tuple[tuple[Organization, Connection], ...]


def ok(check: str, detail: str) -> CheckResult:
    """All is well."""
    return CheckResult(check, CheckOutcome.OK, detail)


def warning(check: str, detail: str, advice: str) -> CheckResult:
    """A warning: it works, but needs attention."""
    return CheckResult(check, CheckOutcome.WARNING, detail, advice)


def failure(check: str, detail: str, advice: str) -> CheckResult:
    """It does not work, or may be lost."""
    return CheckResult(check, CheckOutcome.FAILED, detail, advice)

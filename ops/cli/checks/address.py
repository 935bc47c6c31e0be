"""Checks that the deployment answers at its public URL."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.saml.service_provider import service_provider
from ops.cli.checks.finding import CheckContext, CheckResult, Reply, failure, ok, warning

_PATIENCE: Final = 10  # seconds
_MAX_BYTES: Final = 100_000  # bytes of a reply
_CLOCK_GOOD: Final = timedelta(seconds=5)
_CLOCK_REFUSED: Final = timedelta(minutes=5)  # AWS refuses signed requests from then on (Signature Version 4)
_SKEW_LITTLE: Final = 30  # seconds


def reply_of(url: str) -> Reply:
    """GET an address.

    Raises:
        OSError: nothing answers there.
    """
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310  our own base URL
            return Reply(answer.status, answer.read(_MAX_BYTES), _date(answer.headers.get("Date")))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.read(_MAX_BYTES), _date(error.headers.get("Date")))
    except HTTPException as error:
        raise OSError(f"the answer is no HTTP: {error}") from error


def check_health(patient: CheckContext) -> Iterator[CheckResult]:
    """`/healthz`: API Gateway, the function, its settings."""
    url = f"{patient.container.settings.base_url}/healthz"
    try:
        reply = patient.get(url)
    except OSError as error:
        yield failure(
            "address", f"{url} does not answer: {error}", "Compare GATEHOUSE_BASE_URL with the deployment's URL."
        )
        return
    if reply.status == 200 and _says_ok(reply.body):
        yield ok("address", f"{url} answers")
    else:
        advice = "Look at the function's log; compare GATEHOUSE_BASE_URL, stage path included, with the deployment's."
        yield failure("address", f"{url} answers with status {reply.status} and not our words", advice)


def check_metadata(patient: CheckContext) -> Iterator[CheckResult]:
    """The metadata of one connection, with the addresses that customers were given in it."""
    base_url = patient.container.settings.base_url
    if not patient.connections:
        yield ok("metadata", "no connection yet, so none to look at")
        return
    sp = service_provider(base_url, patient.connections[0][1].id)
    try:
        reply = patient.get(sp.metadata_url)
    except OSError as error:
        yield failure("metadata", f"{sp.metadata_url} does not answer: {error}", "See `address`.")
        return
    if reply.status != 200:
        advice = "Look at the function's log: our keys or the table may be out of its reach."
        yield failure("metadata", f"{sp.metadata_url} answers with status {reply.status}", advice)
    elif sp.acs_url.encode() not in reply.body:
        advice = "The function has another GATEHOUSE_BASE_URL than this command: no customer can sign in. Put it right."
        yield failure("metadata", "the metadata has another Single Sign-On URL than customers were given", advice)
    else:
        yield ok("metadata", f"{sp.metadata_url} has the Single Sign-On URL that its customer was given")


def check_clock(patient: CheckContext) -> Iterator[CheckResult]:
    """This machine's clock against AWS's, and tolerances that are too little for any clock."""
    theirs = _aws_time(patient)
    if theirs is None:
        yield warning("clock", "AWS told no time", "Try again.")
        return
    apart = abs(patient.now - theirs)
    detail = f"this machine and AWS are {apart.total_seconds():.0f} s apart"
    advice = "Let this machine take its time from NTP. Lambda's clock is AWS's."
    if apart >= _CLOCK_REFUSED:
        yield failure("clock", detail, advice)
    elif apart > _CLOCK_GOOD:
        yield warning("clock", detail, advice)
    else:
        yield ok("clock", detail)


def check_tolerances(patient: CheckContext) -> Iterator[CheckResult]:
    """Connections that take hardly any difference between clocks."""
    tight = [c.id for _, c in patient.connections if c.clock_skew_seconds < _SKEW_LITTLE]
    if tight:
        detail = f"less than {_SKEW_LITTLE} s between clocks: {', '.join(tight)}"
        yield warning("tolerances", detail, "Raise clock_skew_seconds; 180 is usual, and identity providers drift.")
    else:
        yield ok("tolerances", f"every connection takes {_SKEW_LITTLE} s or more between clocks")


def _aws_time(patient: CheckContext) -> datetime | None:
    """A refusal tells the time too."""
    answer: Any
    try:
        answer = patient.dynamodb.describe_table(TableName=patient.container.settings.table_name)
    except ClientError as error:
        answer = error.response
    return _date(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"))


def _says_ok(body: bytes) -> bool:
    try:
        document = json.loads(body)
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("status") == "ok"


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

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
    """Requests a URL.

    Raises:
        OSError: nothing responds there.
    """
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310  our own base URL
            return Reply(answer.status, answer.read(_MAX_BYTES), _date(answer.headers.get("Date")))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.read(_MAX_BYTES), _date(error.headers.get("Date")))
    except HTTPException as error:
        raise OSError(f"the response is not HTTP: {error}") from error


def check_health(patient: CheckContext) -> Iterator[CheckResult]:
    """Checks `/healthz`: API Gateway, the function and its settings."""
    url = f"{patient.container.settings.base_url}/healthz"
    try:
        reply = patient.get(url)
    except OSError as error:
        yield failure(
            "address", f"{url} does not respond: {error}", "Compare GATEHOUSE_BASE_URL with the deployment's URL."
        )
        return
    if reply.status == 200 and _says_ok(reply.body):
        yield ok("address", f"{url} responds")
    else:
        advice = "Check the function's log, and GATEHOUSE_BASE_URL including the stage path."
        yield failure("address", f"{url} returned an unexpected response with status {reply.status}", advice)


def check_metadata(patient: CheckContext) -> Iterator[CheckResult]:
    """Checks that one connection's metadata has the URLs that its customer was given."""
    base_url = patient.container.settings.base_url
    if not patient.connections:
        yield ok("metadata", "there is no connection to check yet")
        return
    sp = service_provider(base_url, patient.connections[0][1].id)
    try:
        reply = patient.get(sp.metadata_url)
    except OSError as error:
        yield failure("metadata", f"{sp.metadata_url} does not respond: {error}", "See `address`.")
        return
    if reply.status != 200:
        advice = "Check the function's log: it may have no access to the keys or the table."
        yield failure("metadata", f"{sp.metadata_url} returned status {reply.status}", advice)
    elif sp.acs_url.encode() not in reply.body:
        advice = "The function's GATEHOUSE_BASE_URL differs from this command's: no customer can sign in. Correct it."
        yield failure("metadata", "the metadata has a different Single Sign-On URL than customers were given", advice)
    else:
        yield ok("metadata", f"{sp.metadata_url} has the Single Sign-On URL that its customer was given")


def check_clock(patient: CheckContext) -> Iterator[CheckResult]:
    """Compares this machine's clock with AWS's."""
    theirs = _aws_time(patient)
    if theirs is None:
        yield warning("clock", "AWS returned no time", "Try again.")
        return
    apart = abs(patient.now - theirs)
    detail = f"this machine and AWS are {apart.total_seconds():.0f} s apart"
    advice = "Synchronize this machine's clock with NTP. Lambda uses AWS's clock."
    if apart >= _CLOCK_REFUSED:
        yield failure("clock", detail, advice)
    elif apart > _CLOCK_GOOD:
        yield warning("clock", detail, advice)
    else:
        yield ok("clock", detail)


def check_tolerances(patient: CheckContext) -> Iterator[CheckResult]:
    """Warns of connections that tolerate almost no clock skew."""
    tight = [c.id for _, c in patient.connections if c.clock_skew_seconds < _SKEW_LITTLE]
    if tight:
        detail = f"these tolerate less than {_SKEW_LITTLE} s of clock skew: {', '.join(tight)}"
        yield warning(
            "tolerances", detail, "Raise clock_skew_seconds to the usual 180: identity providers' clocks drift."
        )
    else:
        yield ok("tolerances", f"every connection tolerates {_SKEW_LITTLE} s of clock skew or more")


def _aws_time(patient: CheckContext) -> datetime | None:
    """Returns AWS's time; an error response has it too."""
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

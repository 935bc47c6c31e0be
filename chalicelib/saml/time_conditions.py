"""Checks every instant of a verified response against our clock. Ends are exclusive (SAML Core section 2.5.1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from chalicelib.i18n.message import message
from chalicelib.saml.check import Told
from chalicelib.saml.context import Expectations
from chalicelib.saml.instant import format_instant
from chalicelib.saml.parse import Confirmation, ParsedAssertion, ParsedResponse
from chalicelib.saml.refusal import RefusalCode

MAX_MESSAGE_AGE: Final = timedelta(hours=2)
"""Maximum age of a message, whatever end of validity it states. The longest window seen is Entra's 70 minutes."""

_Fault = tuple[RefusalCode, Told]

SHORTEST_SESSION: Final = timedelta(seconds=1)
"""Minimum remaining session. A session that ends within the second would never be usable."""


def check_time_conditions(
    response: ParsedResponse, assertion: ParsedAssertion, confirmation: Confirmation | None, expected: Expectations
) -> tuple[RefusalCode | None, Told]:
    """Returns the code of the first violated instant, or None, and the received value."""
    fine = (None, f"IssueInstant {format_instant(assertion.issued_at)}")
    return next(_faults(response, assertion, confirmation, expected), fine)


def _faults(
    response: ParsedResponse, assertion: ParsedAssertion, confirmation: Confirmation | None, expected: Expectations
) -> Iterator[_Fault]:
    yield from _contradictions(assertion, confirmation)
    for name, moment in _starts(response, assertion):
        if moment > expected.latest:
            yield RefusalCode.SAML_NOT_YET_VALID, f"{name} {format_instant(moment)}"
    for name, limit in _ends(assertion, confirmation):
        if limit is None:
            yield RefusalCode.SAML_EXPIRED, message("check.times.missing", name=name)
        elif limit <= expected.earliest:
            yield RefusalCode.SAML_EXPIRED, f"{name} {format_instant(limit)}"
    for statement in assertion.authentications:
        end = statement.session_not_on_or_after
        if end is not None and end < expected.now + SHORTEST_SESSION:
            yield RefusalCode.SAML_EXPIRED, message("check.times.session", moment=format_instant(end))
    yield from _exceeded_age(response, assertion, expected)


def _exceeded_age(response: ParsedResponse, assertion: ParsedAssertion, expected: Expectations) -> Iterator[_Fault]:
    for name, moment in _issue_instants(response, assertion):
        if moment <= expected.earliest - MAX_MESSAGE_AGE:
            what = f"{name} {format_instant(moment)}"
            yield RefusalCode.SAML_EXPIRED, message("check.times.too_long_ago", what=what)
    stale = _stale_authentication(assertion, expected)
    if stale is not None:
        yield (
            RefusalCode.SAML_EXPIRED,
            message("check.times.before_request", what=f"AuthnInstant {format_instant(stale)}"),
        )


def _contradictions(assertion: ParsedAssertion, confirmation: Confirmation | None) -> Iterator[_Fault]:
    if confirmation is not None and confirmation.not_before is not None:
        name = "SubjectConfirmationData/NotBefore"
        yield RefusalCode.SAML_MALFORMED, message("check.times.must_not_be_there", name=name)
    start, end = assertion.not_before, assertion.not_on_or_after
    if start is not None and end is not None and start >= end:
        window = message("check.times.window", start=format_instant(start), end=format_instant(end))
        yield RefusalCode.SAML_MALFORMED, window


def _issue_instants(response: ParsedResponse, assertion: ParsedAssertion) -> Iterator[tuple[str, datetime]]:
    yield "Response/IssueInstant", response.issued_at
    yield "Assertion/IssueInstant", assertion.issued_at


def _starts(response: ParsedResponse, assertion: ParsedAssertion) -> Iterator[tuple[str, datetime]]:
    yield from _issue_instants(response, assertion)
    for statement in assertion.authentications:
        yield "AuthnInstant", statement.at
    if assertion.not_before is not None:
        yield "NotBefore", assertion.not_before


def _ends(assertion: ParsedAssertion, confirmation: Confirmation | None) -> Iterator[tuple[str, datetime | None]]:
    if confirmation is not None:
        yield "SubjectConfirmationData/NotOnOrAfter", confirmation.not_on_or_after
    if assertion.not_on_or_after is not None:
        yield "Conditions/NotOnOrAfter", assertion.not_on_or_after


def _stale_authentication(assertion: ParsedAssertion, expected: Expectations) -> datetime | None:
    """Returns the instant of an authentication that is older than the request that demanded a new one (ForceAuthn, SAML
    Core section 3.4.1)."""
    if not expected.connection.force_authn or expected.pending is None:
        return None
    requested_at = expected.pending.made_at - (expected.now - expected.earliest)
    return next((statement.at for statement in assertion.authentications if statement.at < requested_at), None)

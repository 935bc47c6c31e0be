"""Every instant of a verified response against our clock. An end is exclusive (SAML Core section 2.5.1.2)."""

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
from chalicelib.sign_in.authn_state import REQUEST_LIFETIME

MAX_MESSAGE_AGE: Final = timedelta(hours=2)
"""How old a message may be, whatever end it gives itself. The longest window seen is Entra's 70 minutes."""

_Fault = tuple[RefusalCode, Told]

SHORTEST_SESSION: Final = timedelta(seconds=1)
"""A session that ends within the second, by our own clock, is none: nobody would be signed in."""


def check_time_conditions(
    response: ParsedResponse, assertion: ParsedAssertion, confirmation: Confirmation | None, expected: Expectations
) -> tuple[RefusalCode | None, Told]:
    """The code of the first instant that is wrong, if any, and what was received."""
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
    yield from _too_old(response, assertion, expected)


def _too_old(response: ParsedResponse, assertion: ParsedAssertion, expected: Expectations) -> Iterator[_Fault]:
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
    """An authentication older than the request that demanded a fresh one (ForceAuthn, SAML Core section 3.4.1)."""
    if not expected.connection.force_authn or expected.pending is None:
        return None
    asked = expected.pending.expires_at - REQUEST_LIFETIME - (expected.now - expected.earliest)
    return next((statement.at for statement in assertion.authentications if statement.at < asked), None)

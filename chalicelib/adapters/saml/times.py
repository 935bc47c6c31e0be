"""Every instant of a verified response against our clock. An end is exclusive (SAML Core section 2.5.1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from chalicelib.adapters.saml.expectations import Expectations
from chalicelib.adapters.saml.instant import written
from chalicelib.adapters.saml.reading import Confirmation, ReadAssertion, ReadResponse
from chalicelib.domain.pending_request import REQUEST_LIFETIME
from chalicelib.domain.refusal import RefusalCode

OLDEST: Final = timedelta(hours=2)
"""How old a message may be, whatever end it gives itself. The longest window seen is Entra's 70 minutes."""


def late_or_early(
    response: ReadResponse, assertion: ReadAssertion, confirmation: Confirmation | None, expected: Expectations
) -> tuple[RefusalCode | None, str]:
    """The code of the first instant that is wrong, if any, and what was received."""
    if confirmation is not None and confirmation.not_before is not None:
        return RefusalCode.SAML_MALFORMED, "SubjectConfirmationData/NotBefore, which must not be there"
    start, end = assertion.not_before, assertion.not_on_or_after
    if start is not None and end is not None and start >= end:
        return RefusalCode.SAML_MALFORMED, f"NotBefore {written(start)} and NotOnOrAfter {written(end)}"
    for name, moment in _starts(response, assertion):
        if moment > expected.latest:
            return RefusalCode.SAML_NOT_YET_VALID, f"{name} {written(moment)}"
    for name, limit in _ends(assertion, confirmation):
        if limit is None or limit <= expected.earliest:
            return RefusalCode.SAML_EXPIRED, f"{name} {'missing' if limit is None else written(limit)}"
    for name, moment in _issued(response, assertion):
        if moment <= expected.earliest - OLDEST:
            return RefusalCode.SAML_EXPIRED, f"{name} {written(moment)}, too long ago"
    stale = _stale_authentication(assertion, expected)
    if stale is not None:
        return RefusalCode.SAML_EXPIRED, f"AuthnInstant {written(stale)}, before our request with ForceAuthn"
    return None, f"IssueInstant {written(assertion.issued_at)}"


def _issued(response: ReadResponse, assertion: ReadAssertion) -> Iterator[tuple[str, datetime]]:
    yield "Response/IssueInstant", response.issued_at
    yield "Assertion/IssueInstant", assertion.issued_at


def _starts(response: ReadResponse, assertion: ReadAssertion) -> Iterator[tuple[str, datetime]]:
    yield from _issued(response, assertion)
    for statement in assertion.authentications:
        yield "AuthnInstant", statement.at
    if assertion.not_before is not None:
        yield "NotBefore", assertion.not_before


def _ends(assertion: ReadAssertion, confirmation: Confirmation | None) -> Iterator[tuple[str, datetime | None]]:
    if confirmation is not None:
        yield "SubjectConfirmationData/NotOnOrAfter", confirmation.not_on_or_after
    if assertion.not_on_or_after is not None:
        yield "Conditions/NotOnOrAfter", assertion.not_on_or_after
    for statement in assertion.authentications:
        if statement.session_not_on_or_after is not None:
            yield "SessionNotOnOrAfter", statement.session_not_on_or_after


def _stale_authentication(assertion: ReadAssertion, expected: Expectations) -> datetime | None:
    """An authentication older than the request that demanded a fresh one (ForceAuthn, SAML Core section 3.4.1)."""
    if not expected.connection.force_authn or expected.pending is None:
        return None
    asked = expected.pending.expires_at - REQUEST_LIFETIME - (expected.now - expected.earliest)
    return next((statement.at for statement in assertion.authentications if statement.at < asked), None)

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.saml.context import Expectations
from chalicelib.saml.parse import Authentication, Confirmation, ParsedAssertion, ParsedResponse
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.time_conditions import MAX_MESSAGE_AGE, check_time_conditions
from chalicelib.sign_in.authn_state import REQUEST_LIFETIME
from tests.support.identity_provider import NOW, trust

SKEW = timedelta(seconds=180)
TICK = timedelta(microseconds=1)
EXPIRED, EARLY = RefusalCode.SAML_EXPIRED, RefusalCode.SAML_NOT_YET_VALID
RESPONSE = ParsedResponse("_r", None, None, None, NOW, signed=True)
CONFIRMATION = Confirmation(None, None, NOW + SKEW, None)
ASSERTION = ParsedAssertion(
    id="_a",
    issuer=None,
    issued_at=NOW,
    has_subject=True,
    name_id=None,
    confirmations=(CONFIRMATION,),
    not_before=None,
    not_on_or_after=None,
    audiences=(),
    authentications=(Authentication(NOW, None, None),),
    attributes={},
)


def judged(
    *, response: ParsedResponse = RESPONSE, confirmation: Confirmation | None = CONFIRMATION, **said: object
) -> tuple[RefusalCode | None, str | None]:
    under = trust()
    expected = Expectations(under.connection, under.provider, under.pending, under.now)
    code, said_instead = check_time_conditions(response, replace(ASSERTION, **said), confirmation, expected)  # type: ignore[arg-type]
    return code, tell_in_english(said_instead)


def authenticated(at: datetime = NOW, until: datetime | None = None) -> tuple[Authentication, ...]:
    return (Authentication(NOW, None, None), Authentication(at, None, until))


def test_what_is_in_time_shows_when_it_was_issued() -> None:
    assert judged() == (None, "IssueInstant 2026-03-02T12:00:00Z")
    assert judged(confirmation=None)[0] is None


def test_a_beginning_in_a_bearer_confirmation_is_malformed() -> None:
    code, said = judged(confirmation=replace(CONFIRMATION, not_before=NOW))
    assert (code, said) == (RefusalCode.SAML_MALFORMED, "SubjectConfirmationData/NotBefore, which must not be there")


@pytest.mark.parametrize(("length", "code"), [(TICK, None), (timedelta(), RefusalCode.SAML_MALFORMED)])
def test_conditions_begin_before_they_end(length: timedelta, code: RefusalCode | None) -> None:
    told = judged(not_before=NOW, not_on_or_after=NOW + length)
    assert told[0] is code
    if code:
        assert told[1] == "NotBefore 2026-03-02T12:00:00Z and NotOnOrAfter 2026-03-02T12:00:00Z"


@pytest.mark.parametrize("name", ["Response/IssueInstant", "Assertion/IssueInstant", "AuthnInstant", "NotBefore"])
def test_nothing_begins_after_our_time_by_the_fastest_clock(name: str) -> None:
    for moment, code in ((NOW + SKEW, None), (NOW + SKEW + TICK, EARLY)):
        told = {
            "Response/IssueInstant": lambda at: judged(response=replace(RESPONSE, issued_at=at)),
            "Assertion/IssueInstant": lambda at: judged(issued_at=at),
            "AuthnInstant": lambda at: judged(authentications=authenticated(at)),
            "NotBefore": lambda at: judged(not_before=at),
        }[name](moment)
        assert told[0] is code
        if code:
            assert told[1] == f"{name} 2026-03-02T12:03:00Z"


@pytest.mark.parametrize("name", ["SubjectConfirmationData/NotOnOrAfter", "Conditions/NotOnOrAfter"])
def test_nothing_ends_at_our_time_by_the_slowest_clock(name: str) -> None:
    for moment, code in ((NOW - SKEW + TICK, None), (NOW - SKEW, EXPIRED)):
        told = {
            "SubjectConfirmationData/NotOnOrAfter": lambda at: judged(
                confirmation=replace(CONFIRMATION, not_on_or_after=at)
            ),
            "Conditions/NotOnOrAfter": lambda at: judged(not_on_or_after=at),
        }[name](moment)
        assert told[0] is code
        if code:
            assert told[1] == f"{name} 2026-03-02T11:57:00Z"


def test_a_session_that_would_have_no_length_has_expired() -> None:
    """Judged by our own clock: no sign-in depends on it, however far the clocks differ."""
    for moment, code in ((NOW + timedelta(seconds=1), None), (NOW + timedelta(seconds=1) - TICK, EXPIRED)):
        assert judged(authentications=authenticated(until=moment))[0] is code
    for past in (NOW, NOW - SKEW + TICK):
        shown = f"SessionNotOnOrAfter {past.isoformat()[:19]}Z"
        assert judged(authentications=authenticated(until=past)) == (EXPIRED, shown)


def test_a_confirmation_without_an_end_has_expired() -> None:
    told = judged(confirmation=replace(CONFIRMATION, not_on_or_after=None))
    assert told == (EXPIRED, "SubjectConfirmationData/NotOnOrAfter missing")


@pytest.mark.parametrize("name", ["Response/IssueInstant", "Assertion/IssueInstant"])
def test_nothing_is_older_than_two_hours(name: str) -> None:
    assert timedelta(hours=2) == MAX_MESSAGE_AGE
    for moment, code in ((NOW - SKEW - MAX_MESSAGE_AGE + TICK, None), (NOW - SKEW - MAX_MESSAGE_AGE, EXPIRED)):
        at_response = name.startswith("Response")
        told = judged(response=replace(RESPONSE, issued_at=moment)) if at_response else judged(issued_at=moment)
        assert told[0] is code
        if code:
            assert told[1] == f"{name} 2026-03-02T09:57:00Z, too long ago"


@pytest.mark.parametrize(("forced", "solicited"), [(True, True), (False, True), (True, False)])
def test_where_a_fresh_authentication_was_demanded_none_is_older_than_the_request(
    forced: bool, solicited: bool
) -> None:
    under = trust(force_authn=forced, solicited=solicited)
    expected = Expectations(under.connection, under.provider, under.pending, under.now)
    assert trust().pending is not None
    asked = trust().pending.expires_at - REQUEST_LIFETIME - SKEW  # type: ignore[union-attr]
    for moment, stale in ((asked, False), (asked - TICK, True)):
        assertion = replace(ASSERTION, authentications=authenticated(moment))
        code, said = check_time_conditions(RESPONSE, assertion, CONFIRMATION, expected)
        assert code is (EXPIRED if stale and forced and solicited else None)
        if code:
            assert tell_in_english(said) == "AuthnInstant 2026-03-02T11:55:59Z, before our request with ForceAuthn"

"""Instants: NotOnOrAfter is exclusive, skew works both ways, every instant has a zone, nothing is too old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, assert_refused, attack, table
from tests.support.identity_provider import (
    GOOD,
    AuthnStatement,
    Conditions,
    Confirmation,
    Encryption,
    Signing,
    instant,
    send,
    trust,
)
from tests.support.verification import verify_response

EXPIRED: Final = RefusalCode.SAML_EXPIRED
EARLY: Final = RefusalCode.SAML_NOT_YET_VALID
MALFORMED: Final = RefusalCode.SAML_MALFORMED
SKEW: Final = 180
DAY: Final = 86_400


def _window(begins: float, ends: float) -> Conditions:
    return Conditions(not_before=instant(begins), not_on_or_after=instant(ends))


def _windows() -> Iterator[Attack]:
    for skew in (0, 60, 180, 300):
        under = trust(clock_skew_seconds=skew)
        ahead, over = instant(skew + 1), instant(-skew)
        yield attack(f"not-before-{skew}", EARLY, under=under, conditions=_window(skew + 0.001, 900))
        yield attack(f"not-on-or-after-{skew}", EXPIRED, under=under, conditions=_window(-900, -skew))
        yield attack(f"confirmation-{skew}", EXPIRED, under=under, confirmations=(Confirmation(not_on_or_after=over),))
        yield attack(f"issued-ahead-{skew}", EARLY, under=under, assertion_issued_at=ahead)
        yield attack(f"authenticated-ahead-{skew}", EARLY, under=under, authn=AuthnStatement(instant=ahead))
        yield attack(f"response-issued-ahead-{skew}", EARLY, under=under, issued_at=ahead, sign_response=Signing())
        yield attack(f"session-over-{skew}", EXPIRED, under=under, authn=AuthnStatement(session_not_on_or_after=over))
    yield attack("next-year", EARLY, conditions=_window(365 * DAY, 366 * DAY))
    yield attack("last-year", EXPIRED, conditions=_window(-366 * DAY, -365 * DAY))
    yield attack("encrypted-and-over", EXPIRED, encryption=Encryption(), conditions=_window(-2000, -1000))


def _ages() -> Iterator[Attack]:
    """Valid for ever, says the identity provider; not longer than a maximum age, say we."""
    ends = instant(10_000 * DAY)
    for days in (30, 365):
        old = instant(-days * DAY)
        yield attack(
            f"issued-{days}-days-ago",
            EXPIRED,
            issued_at=old,
            assertion_issued_at=old,
            conditions=Conditions(not_before=old, not_on_or_after=ends),
            confirmations=(Confirmation(not_on_or_after=ends),),
            authn=AuthnStatement(instant=old),
        )


def _orders() -> Iterator[Attack]:
    codes = frozenset({EXPIRED, EARLY, MALFORMED})
    yield attack("window-of-nothing", codes, conditions=Conditions(not_before=instant(0), not_on_or_after=instant(0)))
    yield attack("window-backwards", codes, conditions=Conditions(not_before=instant(60), not_on_or_after=instant(-60)))


NONSENSE: Final = {
    "empty": "",
    "blank": " ",
    "word": "never",
    "no-zone": "2026-03-02T12:01:00",
    "date": "2026-03-02",
    "time": "12:00:00Z",
    "epoch": "1772452860",
    "space-for-t": "2026-03-02 12:01:00Z",
    "small-z": "2026-03-02T12:01:00z",
    "small-t": "2026-03-02t12:01:00Z",
    "trailing-rest": "2026-03-02T12:01:00Z;",
    "two-zones": "2026-03-02T12:01:00ZZ",
    "thirteenth-month": "2026-13-02T12:01:00Z",
    "thirtieth-february": "2026-02-30T12:01:00Z",
    "hour-25": "2026-03-02T25:01:00Z",
    "minute-61": "2026-03-02T12:61:00Z",
    "short-year": "26-03-02T12:01:00Z",
    "week": "2026-W10-1T12:01:00Z",
    "ordinal": "2026-061T12:01:00Z",
    "compact": "20260302T120100Z",
    "arabic-digits": "٢٠٢٦-٠٣-٠٢T١٢:٠١:٠٠Z",
    "full-width-digits": "２０２６-03-02T12:01:00Z",
    "negative": "-2026-03-02T12:01:00Z",
    "no-fraction": "2026-03-02T12:01:00.Z",
    "comma": "2026-03-02T12:01:00,5Z",
    "nul-like": "2026-03-02T12:01:00Z%00",
}


def _nonsense() -> Iterator[Attack]:
    for name, text in NONSENSE.items():
        yield attack(f"not-before-{name}", MALFORMED, conditions=Conditions(not_before=text))
        yield attack(f"not-on-or-after-{name}", MALFORMED, conditions=Conditions(not_on_or_after=text))
        yield attack(f"confirmation-{name}", MALFORMED, confirmations=(Confirmation(not_on_or_after=text),))
        yield attack(f"issue-instant-{name}", MALFORMED, assertion_issued_at=text)
        yield attack(f"authn-instant-{name}", MALFORMED, authn=AuthnStatement(instant=text))
        yield attack(f"session-end-{name}", MALFORMED, authn=AuthnStatement(session_not_on_or_after=text))
    yield attack("issue-instant-absent", MALFORMED, assertion_issued_at=None)
    yield attack("authn-instant-absent", MALFORMED, authn=AuthnStatement(instant=None))


WINDOWS: Final = (*_windows(), *_ages(), *_orders())


@table(WINDOWS)
def test_an_assertion_outside_its_window_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


@table(_nonsense())
def test_an_instant_that_is_none_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


def test_a_confirmation_without_an_end_is_refused() -> None:
    codes = frozenset({EXPIRED, MALFORMED, RefusalCode.SAML_SUBJECT_MISSING})
    assert_refused(attack("endless", codes, confirmations=(Confirmation(not_on_or_after=None),)))


@pytest.mark.parametrize("skew", [0, 60, 180, 300])
def test_the_last_instant_inside_the_window_is_accepted(skew: int) -> None:
    """The tables above prove the boundary only together with this."""
    inside = replace(
        GOOD,
        conditions=Conditions(not_before=instant(skew - 600), not_on_or_after=instant(0.001 - skew)),
        confirmations=(Confirmation(not_on_or_after=instant(0.001 - skew)),),
    )
    assert verify_response(send(inside), trust(clock_skew_seconds=skew)).id == "_assertion-1"
    begins = replace(GOOD, conditions=Conditions(not_before=instant(skew), not_on_or_after=instant(900)))
    assert verify_response(send(begins), trust(clock_skew_seconds=skew)).id == "_assertion-1"


def test_an_authentication_before_our_request_is_refused_where_a_fresh_one_was_demanded() -> None:
    yesterday = AuthnStatement(instant=instant(-DAY))
    assert_refused(attack("stale", EXPIRED, under=trust(force_authn=True), authn=yesterday))

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.saml.context import Expectations
from tests.support.identity_provider import NOW, trust
from tests.support.message_text import told


def expectations(**settings: object) -> Expectations:
    under = trust(**settings)  # type: ignore[arg-type]
    return Expectations(under.connection, under.provider, under.pending, under.now)


def test_clocks_may_differ_by_the_connections_skew_either_way() -> None:
    expected = expectations(clock_skew_seconds=60)
    assert expected.earliest == NOW - timedelta(seconds=60)
    assert expected.latest == NOW + timedelta(seconds=60)


def test_an_admin_is_shown_our_clock_and_the_skew() -> None:
    assert told(expectations(clock_skew_seconds=60).clock) == "2026-03-02T12:00:00Z, 60 s either way"


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (1, True), (None, False)])
def test_the_exception_for_sha1_lasts_through_its_last_day(days: int | None, allowed: bool) -> None:
    until = None if days is None else NOW.date() + timedelta(days=days)
    assert expectations(sha1_exception_until=until).sha1_allowed is allowed

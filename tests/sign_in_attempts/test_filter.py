from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult

ATTEMPT = Attempt(
    id="att_" + "0" * 32,
    organization_id="org_x",
    connection_id="conn_x",
    created_at=datetime(2026, 11, 23, 23, 59, tzinfo=UTC),
    result=AttemptResult.REFUSED,
    code="saml_expired",
    email="ada@acme.test",
)


@pytest.mark.parametrize(
    "wanted",
    [
        AttemptFilter(),
        AttemptFilter(result=AttemptResult.REFUSED),
        AttemptFilter(code="saml_expired"),
        AttemptFilter(who="ADA@"),
        AttemptFilter(who=ATTEMPT.id),
        AttemptFilter(first=date(2026, 11, 23), last=date(2026, 11, 23)),
    ],
)
def test_what_fits_every_condition_is_wanted(wanted: AttemptFilter) -> None:
    assert wanted.admits(ATTEMPT)


@pytest.mark.parametrize(
    "wanted",
    [
        AttemptFilter(result=AttemptResult.SUCCEEDED),
        AttemptFilter(code="saml_replayed"),
        AttemptFilter(who="bob"),
        AttemptFilter(who=ATTEMPT.id[:-1]),
        AttemptFilter(first=date(2026, 11, 24)),
        AttemptFilter(last=date(2026, 11, 22)),
        AttemptFilter(result=AttemptResult.REFUSED, who="bob"),
    ],
)
def test_one_condition_that_fails_is_enough(wanted: AttemptFilter) -> None:
    assert not wanted.admits(ATTEMPT)
    assert not wanted.is_open


def test_only_what_is_too_old_ends_a_search() -> None:
    assert AttemptFilter(first=date(2026, 11, 24)).is_beyond(ATTEMPT)
    assert not AttemptFilter(last=date(2026, 11, 22)).is_beyond(ATTEMPT)

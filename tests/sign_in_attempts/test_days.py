from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.sign_in_attempts.days import DAYS, attempt_days
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def at(ago: timedelta, code: str | None = None, *, is_test: bool = False) -> Attempt:
    result = AttemptResult.REFUSED if code else AttemptResult.SUCCEEDED
    return Attempt("att_x", "org_x", "conn_x", NOW - ago, result, code, is_test=is_test)


def test_thirty_days_stand_there_today_last_also_without_attempts() -> None:
    days = attempt_days([], NOW)
    assert [days[0].day, days[-1].day, len(days)] == [date(2026, 10, 25), date(2026, 11, 23), DAYS]
    assert not any(day.total for day in days)


def test_a_refusal_counts_for_whose_job_it_is_and_an_unknown_one_is_ours() -> None:
    attempts = [at(timedelta()), at(timedelta(), "saml_audience_mismatch"), at(timedelta(), "no_longer_known")]
    today = attempt_days(attempts, NOW)[-1]
    assert today.signed_in == 1
    assert today.refused == {ResponsibleParty.IDP_ADMIN: 1, ResponsibleParty.SUPPORT: 1}
    assert today.codes == {"saml_audience_mismatch": 1, "no_longer_known": 1}
    assert today.total == 3


def test_days_end_at_midnight_by_utc() -> None:
    days = attempt_days([at(timedelta(hours=9)), at(timedelta(hours=9, seconds=1))], NOW)
    assert [day.signed_in for day in days[-2:]] == [1, 1]


def test_tests_and_what_is_older_do_not_count() -> None:
    days = attempt_days([at(timedelta(), is_test=True), at(timedelta(days=31))], NOW)
    assert not any(day.total for day in days)

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.sign_in_attempts.chart import HEIGHT, STEP, Chart, chart_of
from chalicelib.sign_in_attempts.days import AttemptDay


def chart(*counts: tuple[int, Mapping[ResponsibleParty, int]]) -> Chart:
    begin = date(2026, 11, 1)
    days = [
        AttemptDay(begin + timedelta(days=at), signed_in, refused, {"some_code": sum(refused.values())})
        for at, (signed_in, refused) in enumerate(counts)
    ]
    return chart_of(days)


def test_the_busiest_day_fills_the_picture_and_half_of_it_is_half() -> None:
    drawn = chart((100, {}), (50, {}), (0, {}))
    assert [[bar.height for bar in column.bars] for column in drawn.columns] == [[HEIGHT], [HEIGHT // 2], []]
    assert drawn.most == 100


def test_a_single_refusal_among_thousands_of_sign_ins_is_seen() -> None:
    (column,) = chart((9_000, {ResponsibleParty.IDP_ADMIN: 1, ResponsibleParty.USER: 1})).columns
    assert min(bar.height for bar in column.bars) >= 3


def test_bars_stand_on_each_other_and_never_leave_the_picture() -> None:
    (column,) = chart((5_000, dict.fromkeys(ResponsibleParty, 1))).columns
    feet = [bar.y + bar.height for bar in column.bars]
    assert feet[0] == HEIGHT
    assert feet[1:] == [bar.y for bar in column.bars[:-1]]
    assert column.bars[-1].y >= 0


def test_nothing_at_all_is_a_picture_too() -> None:
    drawn = chart((0, {}), (0, {}))
    assert drawn.total == 0
    assert drawn.busy == ()


def test_sums_are_identified_by_whose_job_it_is_and_the_most_frequent_reason_comes_first() -> None:
    days = [
        AttemptDay(date(2026, 11, 1), 3, {ResponsibleParty.USER: 1}, {"rare": 1}),
        AttemptDay(date(2026, 11, 2), 4, {ResponsibleParty.IDP_ADMIN: 5}, {"often": 5}),
    ]
    drawn = chart_of(days)
    assert (drawn.signed_in, drawn.refused) == (7, {ResponsibleParty.IDP_ADMIN: 5, ResponsibleParty.USER: 1})
    assert list(drawn.codes) == ["often", "rare"]
    assert [day.day.day for day in drawn.busy] == [2, 1]


def test_days_of_which_nothing_is_known_are_no_days_without_sign_ins() -> None:
    """A busy customer's newest attempts fill what is counted: a column of height zero would be a lie."""
    days = [AttemptDay(date(2026, 11, day), 0, {}, {}) for day in range(1, 5)]
    days[2] = AttemptDay(date(2026, 11, 3), 7, {}, {})
    drawn = chart_of(days, since=datetime(2026, 11, 3, 14, tzinfo=UTC))
    assert [column.day.day.day for column in drawn.columns] == [3, 4]
    assert (drawn.uncounted_width, drawn.first) == (2 * STEP, date(2026, 11, 1))
    assert drawn.columns[0].x == 2 * STEP
    assert chart_of(days).uncounted_width == 0

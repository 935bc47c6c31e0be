"""The geometry of the chart of the last 30 days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.sign_in_attempts.days import AttemptDay

HEIGHT: Final = 96
STEP: Final = 20
_GAP: Final = 6
_MIN_SCALE: Final = 3  # keeps a single refusal among thousands of sign-ins visible

CAUSES: Final = (
    ResponsibleParty.IDP_ADMIN,
    ResponsibleParty.ACCOUNT_ADMIN,
    ResponsibleParty.USER,
    ResponsibleParty.SUPPORT,
)
"""Responsible parties of refusals, in stacking order."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle. `kind` selects its color."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Column:
    """One day's bars and its hover area."""

    day: AttemptDay
    x: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart and its legend.

    Attributes:
        most: attempts on the busiest day.
        codes: refusal code → count, in descending order.
        since: the time of the oldest counted attempt if there were more than the limit; earlier days have no column.
    """

    columns: tuple[Column, ...]
    most: int
    signed_in: int
    refused: dict[ResponsibleParty, int]
    codes: dict[str, int]
    first: date
    since: datetime | None
    width: int
    height: int = HEIGHT

    @property
    def total(self) -> int:
        """All attempts."""
        return self.signed_in + sum(self.refused.values())

    @property
    def uncounted_width(self) -> int:
        """The width of the days before the first counted attempt."""
        return self.columns[0].x

    @property
    def step(self) -> int:
        """The width of one day."""
        return STEP

    @property
    def busy(self) -> tuple[AttemptDay, ...]:
        """Days with attempts, newest first."""
        return tuple(column.day for column in reversed(self.columns) if column.day.total)


def chart_of(days: Sequence[AttemptDay], *, since: datetime | None = None) -> Chart:
    """Builds the chart of these days.

    Args:
        since: the time of the oldest counted attempt if there are more; earlier days are unknown.
    """
    counted = [(at, day) for at, day in enumerate(days) if since is None or day.day >= since.date()]
    most = max(day.total for day in days)
    refused: Counter[ResponsibleParty] = Counter()
    codes: Counter[str] = Counter()
    for day in days:
        refused.update(day.refused)
        codes.update(day.codes)
    return Chart(
        columns=tuple(_column(day, at * STEP, most) for at, day in counted),
        most=most,
        signed_in=sum(day.signed_in for day in days),
        refused={fixer: refused[fixer] for fixer in CAUSES if refused[fixer]},
        codes=dict(codes.most_common()),
        first=days[0].day,
        since=since,
        width=len(days) * STEP,
    )


def _column(day: AttemptDay, x: int, limit: int) -> Column:
    """Builds one column: sign-ins at the bottom, refusals above them, within the chart's height."""
    counts = [("in", day.signed_in), *((fixer.value, day.refused.get(fixer, 0)) for fixer in CAUSES)]
    heights = [(kind, max(_MIN_SCALE, round(number / limit * HEIGHT))) for kind, number in counts if number]
    excess = max(0, sum(height for _, height in heights) - HEIGHT)
    bars, foot = [], HEIGHT
    for kind, height in heights:
        taken = min(excess, height - _MIN_SCALE)
        excess -= taken
        foot -= height - taken
        bars.append(Bar(kind, x + _GAP // 2, foot, STEP - _GAP, height - taken))
    return Column(day, x, tuple(bars))

"""Sign-ins of the last 30 days, counted by day and by whose job a refusal was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from chalicelib.domain.attempt import Attempt
from chalicelib.domain.refusal_advice import Fixer, advice_of

DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class AttemptDay:
    """One day, by UTC.

    Attributes:
        refused: whose job → how many.
        codes: refusal code → how many.
    """

    day: date
    signed_in: int
    refused: Mapping[Fixer, int]
    codes: Mapping[str, int]

    @property
    def total(self) -> int:
        """All attempts of the day."""
        return self.signed_in + sum(self.refused.values())


def attempt_days(attempts: Iterable[Attempt], now: datetime) -> tuple[AttemptDay, ...]:
    """The last 30 days, today last. Tests are no sign-ins and don't count."""
    codes: dict[date, Counter[str]] = {}
    for attempt in attempts:
        if not attempt.is_test:
            counted = codes.setdefault(attempt.created_at.astimezone(UTC).date(), Counter())
            counted[attempt.code or ""] += 1
    today = now.astimezone(UTC).date()
    wanted = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return tuple(_day(day, codes.get(day, Counter())) for day in wanted)


def fixer_of(code: str) -> Fixer:
    """Whose job a refusal is; ours, where the code is unknown by now."""
    advice = advice_of(code)
    return advice.fixer if advice else Fixer.SUPPORT


def _day(day: date, counted: Counter[str]) -> AttemptDay:
    refused: Counter[Fixer] = Counter()
    codes = {code: number for code, number in counted.most_common() if code}
    for code, number in codes.items():
        refused[fixer_of(code)] += number
    return AttemptDay(day, counted[""], dict(refused), codes)

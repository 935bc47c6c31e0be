"""Counts the sign-ins of the last 30 days by day and by responsible party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from chalicelib.saml.refusal import ResponsibleParty
from chalicelib.sign_in.guidance import advice_of
from chalicelib.sign_in_attempts.model import Attempt

DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class AttemptDay:
    """One day in UTC.

    Attributes:
        refused: responsible party → count.
        codes: refusal code → count.
    """

    day: date
    signed_in: int
    refused: Mapping[ResponsibleParty, int]
    codes: Mapping[str, int]

    @property
    def total(self) -> int:
        """All attempts of the day."""
        return self.signed_in + sum(self.refused.values())


def attempt_days(attempts: Iterable[Attempt], now: datetime) -> tuple[AttemptDay, ...]:
    """Counts the last 30 days, today last. Tests are excluded."""
    counted: dict[date, list[Attempt]] = {}
    for attempt in attempts:
        if not attempt.is_test:
            counted.setdefault(attempt.created_at.astimezone(UTC).date(), []).append(attempt)
    today = now.astimezone(UTC).date()
    wanted = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return tuple(_day(day, counted.get(day, [])) for day in wanted)


def fixer_of(attempt: Attempt) -> ResponsibleParty:
    """Returns the party that can fix a refusal; the operator if the code is obsolete."""
    advice = advice_of(attempt.code, attempt.checks)
    return advice.fixer if advice else ResponsibleParty.SUPPORT


def _day(day: date, attempts: Sequence[Attempt]) -> AttemptDay:
    refused = [attempt for attempt in attempts if attempt.code]
    codes = Counter(attempt.code or "" for attempt in refused)
    fixers = Counter(map(fixer_of, refused))
    return AttemptDay(day, len(attempts) - len(refused), dict(fixers), dict(codes.most_common()))

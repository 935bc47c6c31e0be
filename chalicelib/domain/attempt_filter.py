"""Which sign-in attempts somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.domain.attempt import Attempt, AttemptResult
from chalicelib.domain.identifier import first_id


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """What an attempt must be; "" and None are no condition.

    Attributes:
        code: a refusal code.
        who: a part of the e-mail address, in any case, or the attempt's whole ID.
        first, last: days by UTC, both included.
    """

    result: AttemptResult | None = None
    code: str = ""
    who: str = ""
    first: date | None = None
    last: date | None = None

    def admits(self, attempt: Attempt) -> bool:
        """Whether the attempt is wanted."""
        if self.result is not None and attempt.result is not self.result:
            return False
        if self.code and attempt.code != self.code:
            return False
        if self.last is not None and _day(attempt) > self.last:
            return False
        return not self.is_beyond(attempt) and self._names(attempt)

    def is_beyond(self, attempt: Attempt) -> bool:
        """Whether the attempt, and so every older one, is older than what is wanted."""
        return self.first is not None and _day(attempt) < self.first

    @property
    def begins_after(self) -> str | None:
        """The ID before which, newest first, no attempt is wanted; None where the newest may be."""
        if self.last is None or self.last == date.max:
            return None
        end = datetime.combine(self.last + timedelta(days=1), time(), UTC)
        return first_id("att", at=end) if end.timestamp() > 0 else None

    @property
    def is_open(self) -> bool:
        """Whether every attempt is wanted."""
        return self == AttemptFilter()

    def _names(self, attempt: Attempt) -> bool:
        return self.who == attempt.id or self.who.lower() in (attempt.email or "").lower()


def _day(attempt: Attempt) -> date:
    return attempt.created_at.astimezone(UTC).date()

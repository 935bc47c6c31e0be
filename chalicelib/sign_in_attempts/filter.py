"""Conditions on sign-in attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from chalicelib.identifier import first_id
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult

_NEVER: Final = 9999


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """What an attempt must be; "" and None are no condition.

    Attributes:
        code: a refusal code.
        who: a part of the e-mail address, verified or claimed, in any case, or the attempt's whole ID.
        email: the whole address, verified or claimed, in any case.
        first, last: days by UTC, both included.
        since, until: the first moment that counts, and the first that doesn't any more.
    """

    result: AttemptResult | None = None
    code: str = ""
    who: str = ""
    email: str = ""
    first: date | None = None
    last: date | None = None
    since: datetime | None = None
    until: datetime | None = None

    def admits(self, attempt: Attempt) -> bool:
        """Whether the attempt is wanted."""
        if self.result is not None and attempt.result is not self.result:
            return False
        if self.code and attempt.code != self.code:
            return False
        end = self._end
        if end is not None and attempt.created_at >= end:
            return False
        return not self.is_beyond(attempt) and self._names(attempt)

    def is_beyond(self, attempt: Attempt) -> bool:
        """Whether the attempt, and so every older one, is older than what is wanted."""
        if self.since is not None and attempt.created_at < self.since:
            return True
        return self.first is not None and attempt.created_at.astimezone(UTC).date() < self.first

    @property
    def begins_after(self) -> str | None:
        """The ID before which, newest first, no attempt is wanted; None where the newest may be."""
        end = self._end
        if end is None or end.year >= _NEVER or end.timestamp() <= 0:
            return None
        return first_id("att", at=end + timedelta(milliseconds=1))  # an ID tells milliseconds: `admits` is exact

    @property
    def is_open(self) -> bool:
        """Whether every attempt is wanted."""
        return self == AttemptFilter()

    @property
    def _end(self) -> datetime | None:
        ends = [self.until] if self.until is not None else []
        if self.last is not None and self.last != date.max:
            ends.append(datetime.combine(self.last + timedelta(days=1), time(), UTC))
        return min(ends, default=None)

    def _names(self, attempt: Attempt) -> bool:
        address = (attempt.email or attempt.claimed_email or "").lower()
        if self.email and self.email.lower() != address:
            return False
        return self.who == attempt.id or self.who.lower() in address

"""Filter conditions on sign-in attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from chalicelib.identifier import first_id
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult

_NEVER: Final = 9999


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """Conditions that an attempt must meet; "" and None are no condition.

    Attributes:
        code: a refusal code.
        who: a part of the verified or claimed email address, case-insensitive, or a full attempt ID.
        email: the full verified or claimed email address, case-insensitive.
        first, last: days in UTC, both included.
        since, until: the start, included, and the end, excluded.
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
        """Returns True if the attempt meets all conditions."""
        if self.result is not None and attempt.result is not self.result:
            return False
        if self.code and attempt.code != self.code:
            return False
        end = self._end
        if end is not None and attempt.created_at >= end:
            return False
        return not self.is_beyond(attempt) and self._matches_person(attempt)

    def is_beyond(self, attempt: Attempt) -> bool:
        """Returns True if the attempt, and so every older one, is before the filter's period."""
        if self.since is not None and attempt.created_at < self.since:
            return True
        return self.first is not None and attempt.created_at.astimezone(UTC).date() < self.first

    @property
    def begins_after(self) -> str | None:
        """Returns the ID to start at, newest first; None to start at the newest attempt."""
        end = self._end
        if end is None or end.year >= _NEVER or end.timestamp() <= 0:
            return None
        return first_id("att", at=end + timedelta(milliseconds=1))  # IDs have millisecond precision; `admits` is exact

    @property
    def is_open(self) -> bool:
        """True if there are no conditions."""
        return self == AttemptFilter()

    @property
    def _end(self) -> datetime | None:
        ends = [self.until] if self.until is not None else []
        if self.last is not None and self.last != date.max:
            ends.append(datetime.combine(self.last + timedelta(days=1), time(), UTC))
        return min(ends, default=None)

    def _matches_person(self, attempt: Attempt) -> bool:
        address = (attempt.email or attempt.claimed_email or "").lower()
        if self.email and self.email.lower() != address:
            return False
        return self.who == attempt.id or self.who.lower() in address

"""How often something may be tried, and how the wait grows.

The first tries are free, then each must wait twice as long as the one before. Counted by where the try comes from,
alone and together with the address it is for; never by the address alone, or a stranger could lock its owner out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=1)
SOURCE_FACTOR: Final = 20
"""One source may try this many times as often over all addresses: an office shares one."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What is remembered of past tries under one key."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """A key under which tries are counted, and how many of them are free."""

    key: str
    free: int

    def wait(self, past: Tries | None, now: datetime) -> timedelta:
        """How long the next try must wait from `now` on; zero if it may happen at once."""
        if past is None or past.count < self.free:
            return timedelta(0)
        doublings = min(past.count - self.free, 20)  # 2 ** 20 seconds are far beyond the longest wait
        delay = min(timedelta(seconds=2**doublings), LONGEST_WAIT)
        return max(past.last_at + delay - now, timedelta(0))


def password_limits(source: str, email: str, tries: int) -> tuple[Limit, ...]:
    """The limits of a password try.

    Args:
        source: see `request_source.source_of`.
        tries: free ones for one source and one address.
    """
    return (Limit(f"password#{source}#{email}", tries), Limit(f"password#{source}", tries * SOURCE_FACTOR))

"""How often something may be tried, and how the wait grows.

The first tries are free, then each must wait twice as long as the one before. Counted by where the try comes from,
alone and together with the address it is for. By the address alone there is a short delay only, which grows to five
seconds: of many who guess from many places one may try at a time, and nobody locks its owner out. A browser in which
that person signed in with their password before has a delay of its own, which strangers can't lengthen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MAX_WAIT: Final = timedelta(minutes=15)
LONGEST_DELAY: Final = timedelta(seconds=5)
"""Between two tries for one address, wherever they come from."""
MAX_LOOKUPS_PER_MINUTE: Final = 300
"""Addresses that one source may type on the sign-in page: an office shares one source."""
RESET_AFTER: Final = timedelta(hours=1)
SOURCE_FACTOR: Final = 20
"""One source may try this many times as often over all addresses: an office shares one."""


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """What is remembered of past tries under one key."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """A key under which tries are counted.

    Attributes:
        free: how many need not wait.
        longest: what the wait grows to.
        is_reset: a success starts it at zero; otherwise a success gives one try back.
    """

    key: str
    free: int
    longest: timedelta = MAX_WAIT
    is_reset: bool = True

    def wait(self, past: AttemptCount | None, now: datetime) -> timedelta:
        """How long the next try must wait from `now` on; zero if it may happen at once."""
        if past is None or past.count < self.free:
            return timedelta(0)
        doublings = min(past.count - self.free, 20)  # 2 ** 20 seconds are far beyond the longest wait
        delay = min(timedelta(seconds=2**doublings), self.longest)
        return max(past.last_at + delay - now, timedelta(0))


def source_limits(source: str, email: str, tries: int) -> tuple[Limit, ...]:
    """The limits of a password try by where it comes from.

    Args:
        source: see `request_source.source_of`.
        tries: free ones for one source and one address.
    """
    return (
        Limit(f"password#{source}", tries * SOURCE_FACTOR, is_reset=False),
        Limit(f"password#{source}#{email}", tries),
    )


def password_limits(source: str, email: str, tries: int, browser: str | None = None) -> tuple[Limit, ...]:
    """All limits of a password try at sign-in.

    Args:
        source, tries: as `source_limits`.
        browser: names a browser in which this address signed in before (`known_browser`).
    """
    lane = f"browser#{browser}" if browser else "any"
    return (*source_limits(source, email, tries), Limit(f"address#{email}#{lane}", tries, longest=LONGEST_DELAY))

"""Rate limits with exponential delay for password attempts.

The first attempts are free, then each delay is twice the previous one. Attempts are counted per source, and per source
and address. Per address alone there is only a short delay of at most five seconds: attackers guessing from many sources
get one attempt at a time, and can't lock the user out. A browser in which the user signed in with a password before has
a separate delay, which others can't extend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MAX_WAIT: Final = timedelta(minutes=15)
LONGEST_DELAY: Final = timedelta(seconds=5)
"""Between two attempts for one address from any source."""
MAX_LOOKUPS_PER_MINUTE: Final = 300
"""Addresses that one source may submit on the sign-in page: an office shares one source."""
RESET_AFTER: Final = timedelta(hours=1)
SOURCE_FACTOR: Final = 20
"""Factor of the free attempts of one source over all addresses: an office shares one source."""


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """The stored count of attempts under one key."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """A key under which attempts are counted.

    Attributes:
        free: attempts without a delay.
        longest: the maximum delay.
        is_reset: a success resets the count to zero; otherwise it subtracts one attempt.
    """

    key: str
    free: int
    longest: timedelta = MAX_WAIT
    is_reset: bool = True

    def wait(self, past: AttemptCount | None, now: datetime) -> timedelta:
        """Returns how long the next attempt must wait from `now` on; zero if it is allowed at once."""
        if past is None or past.count < self.free:
            return timedelta(0)
        doublings = min(past.count - self.free, 20)  # 2 ** 20 seconds exceed every maximum delay
        delay = min(timedelta(seconds=2**doublings), self.longest)
        return max(past.last_at + delay - now, timedelta(0))


def source_limits(source: str, email: str, tries: int) -> tuple[Limit, ...]:
    """Returns the limits of a password attempt by source.

    Args:
        source: see `client_network.py`.
        tries: free attempts for one source and one address.
    """
    return (
        Limit(f"password#{source}", tries * SOURCE_FACTOR, is_reset=False),
        Limit(f"password#{source}#{email}", tries),
    )


def password_limits(source: str, email: str, tries: int, browser: str | None = None) -> tuple[Limit, ...]:
    """Returns all limits of a password attempt at sign-in.

    Args:
        source, tries: as `source_limits`.
        browser: the name of a browser in which this address signed in before (`known_browser`).
    """
    lane = f"browser#{browser}" if browser else "any"
    return (*source_limits(source, email, tries), Limit(f"address#{email}#{lane}", tries, longest=LONGEST_DELAY))

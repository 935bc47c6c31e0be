"""Rate limits with exponential delay for password attempts.

The first tries are free, then each must wait twice as long as the one before. Tries are counted by source and by source
and address.

For each address there are delays of up to five seconds besides, each of which lets one try through at a time. Which
delay applies depends on how often the try's network failed for this address within the last hour: not at all, once,
twice, or more often. So a network that keeps guessing delays only tries of networks that failed as often. Distributed
guesses at one address are bounded: each network gets three tries in the first three delays, and all networks together
get 720 tries an hour in each delay. A person in a new browser competes with networks that made their first guess at
this address within the last five seconds; N networks can occupy each of the first three delays for 5 N seconds an hour.

A browser in which that person signed in with their password before has a delay of its own, which other browsers can't
lengthen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.client_network import widest_network

MAX_WAIT: Final = timedelta(minutes=15)
LONGEST_DELAY: Final = timedelta(seconds=5)
"""Between two attempts for one address from any source."""
MAX_LOOKUPS_PER_MINUTE: Final = 300
"""Addresses that one source may type on the sign-in page: an office shares one source."""
NEW_NETWORK_TRIES: Final = 3
"""Tries of one network for one address that don't compete with networks that failed more often."""
MAX_COUNT: Final = 10**9
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


def network_limit(source: str, email: str) -> Limit:
    """Counts the tries of a network for one address, without a wait of its own.

    Args:
        source: see `client_network`. Of IPv6 the /48 counts: one customer may have that many /64 (RFC 6177).
    """
    return Limit(f"network#{widest_network(source)}#{email}", free=MAX_COUNT)


def password_limits(
    source: str, email: str, tries: int, browser: str | None = None, failures: int = 0
) -> tuple[Limit, ...]:
    """All limits of a password try at sign-in.

    Args:
        source, tries: as `source_limits`.
        browser: names a browser in which this address signed in before (`known_browser`).
        failures: tries under `network_limit` within the last hour.
    """
    by_source = source_limits(source, email, tries)
    if browser:
        return (*by_source, Limit(f"address#{email}#browser#{browser}", tries, longest=LONGEST_DELAY))
    group = "any" if failures >= NEW_NETWORK_TRIES else f"failed#{failures}"
    delay = Limit(f"address#{email}#{group}", tries, longest=LONGEST_DELAY)
    return (*by_source, network_limit(source, email), delay)

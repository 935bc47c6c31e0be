"""Limits: a try is counted before it costs anything, so a burst can't slip through."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, TooManyRequests, Unavailable
from chalicelib.rate_limits.model import MAX_LOOKUPS_PER_MINUTE, AttemptCount, Limit
from chalicelib.rate_limits.store import count_lookup, count_try, forget_tries, give_back_try, tries_lookup

_MAX_RETRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts tries."""

    table: Table

    def reserve(self, limits: Sequence[Limit], now: datetime) -> None:
        """Count one try under every limit, or under none where one of them has it wait.

        Raises:
            TooManyRequests: it has to wait.
            Unavailable: the store did not answer.
        """
        for _ in range(_MAX_RETRIES):
            past = self.table.read_all([tries_lookup(limit, now) for limit in limits])
            waits = [limit.wait(tries, now) for limit, tries in zip(limits, past, strict=True)]
            if wait := math.ceil(max(waits).total_seconds()):
                raise too_many_tries(wait)
            if self._counted(limits, past, now):
                return
        raise too_many_tries(1)

    def release(self, limits: Sequence[Limit], now: datetime) -> None:
        """The try succeeded: limits start at zero, or get it back.

        What was tried has succeeded whatever the store says now, so its silence must not undo that.
        """
        with contextlib.suppress(Unavailable):
            for limit in limits:
                self.table.write(forget_tries(limit) if limit.is_reset else give_back_try(limit, now))

    def require_lookup(self, source: str, now: datetime) -> None:
        """Count an address that somebody typed on the sign-in page.

        Raises:
            TooManyRequests: this source typed too many in this minute.
            Unavailable: the store did not answer.
        """
        self.table.write(count_lookup(source, now, most=MAX_LOOKUPS_PER_MINUTE))

    def _counted(self, limits: Sequence[Limit], past: Sequence[AttemptCount | None], now: datetime) -> bool:
        """Whether nobody else tried in between; if somebody did, what was counted is given back."""
        counted: list[Limit] = []
        try:
            for limit, tries in zip(limits, past, strict=True):
                self.table.write(count_try(limit, tries, now))
                counted.append(limit)
        except Conflict:
            for limit in counted:
                self.table.write(give_back_try(limit, now))
            return False
        return True


def too_many_tries(seconds: int) -> TooManyRequests:
    """Wait `seconds`, then try again."""
    plural = "second" if seconds == 1 else "seconds"
    return TooManyRequests(
        "too_many_requests", f"Too many tries. Wait {seconds} {plural}, then try again.", retry_after=seconds
    )

"""Enforces limits. An attempt is counted before it is processed, so concurrent attempts can't exceed a limit."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, TooManyRequests, Unavailable
from chalicelib.i18n.message import message
from chalicelib.rate_limits.model import MAX_LOOKUPS_PER_MINUTE, AttemptCount, Limit
from chalicelib.rate_limits.store import count_lookup, count_try, forget_tries, give_back_try, tries_lookup

_MAX_RETRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts attempts."""

    table: Table

    def reserve(self, limits: Sequence[Limit], now: datetime) -> None:
        """Counts one attempt under every limit, or under none if one of them requires a delay.

        Raises:
            TooManyRequests: the attempt has to wait.
            Unavailable: the store did not answer.
        """
        for _ in range(_MAX_RETRIES):
            past = self.table.read_all([tries_lookup(limit, now) for limit in limits])
            waits = [limit.wait(tries, now) for limit, tries in zip(limits, past, strict=True)]
            if wait := math.ceil(max(waits).total_seconds()):
                raise too_many_tries(wait)
            if self._count(limits, past, now):
                return
        raise too_many_tries(1)

    def failures(self, limit: Limit, now: datetime) -> int:
        """Tries that were counted under a limit and not released.

        Raises:
            Unavailable: the store did not answer.
        """
        (past,) = self.table.read(tries_lookup(limit, now))
        return past.count if past else 0

    def release(self, limits: Sequence[Limit], now: datetime) -> None:
        """Resets the limits after a success, or subtracts the attempt.

        Errors of the store are ignored, because the attempt has already succeeded.
        """
        with contextlib.suppress(Unavailable):
            for limit in limits:
                self.table.write(forget_tries(limit) if limit.is_reset else give_back_try(limit, now))

    def require_lookup(self, source: str, now: datetime) -> None:
        """Counts an address submitted on the sign-in page.

        Raises:
            TooManyRequests: this source submitted too many in this minute.
            Unavailable: the store did not answer.
        """
        self.table.write(count_lookup(source, now, most=MAX_LOOKUPS_PER_MINUTE))

    def _count(self, limits: Sequence[Limit], past: Sequence[AttemptCount | None], now: datetime) -> bool:
        """Returns True if the attempt was counted under every limit. If a concurrent attempt prevents that, the counts
        are undone."""
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
    """Returns the error for an attempt that has to wait `seconds`."""
    return TooManyRequests(
        "too_many_requests", message("problem.too_many_requests", count=seconds), retry_after=seconds
    )

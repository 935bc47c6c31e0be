"""Limits: a try is counted before it costs anything, so a burst can't slip through."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.adapters.limits import count_try, forget_tries, give_back_try, tries_lookup
from chalicelib.adapters.table import Table
from chalicelib.domain.limit import Limit
from chalicelib.errors import Conflict, TooManyRequests, Unavailable

_RACES: Final = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts tries."""

    table: Table

    def reserve(self, limits: Sequence[Limit], now: datetime) -> None:
        """Count one try under each limit, narrowest first.

        Raises:
            TooManyRequests: it has to wait; tries that had to wait are not counted.
            Unavailable: the store did not answer.
        """
        for limit in limits:
            self._reserve(limit, now)

    def release(self, limits: Sequence[Limit], now: datetime) -> None:
        """The try succeeded: the narrowest limit starts at zero, the wider ones get it back.

        What was tried has succeeded whatever the store says now, so its silence must not undo that.
        """
        narrowest, *wider = limits
        with contextlib.suppress(Unavailable):
            self.table.write(forget_tries(narrowest))
            for limit in wider:
                self.table.write(give_back_try(limit, now))

    def _reserve(self, limit: Limit, now: datetime) -> None:
        for _ in range(_RACES):
            (past,) = self.table.read(tries_lookup(limit, now))
            if wait := math.ceil(limit.wait(past, now).total_seconds()):
                raise too_many_tries(wait)
            try:
                self.table.write(count_try(limit, past, now))
            except Conflict:
                continue
            return
        raise too_many_tries(1)


def too_many_tries(seconds: int) -> TooManyRequests:
    """Wait `seconds`, then try again."""
    plural = "second" if seconds == 1 else "seconds"
    return TooManyRequests(
        "too_many_requests", f"Too many tries. Wait {seconds} {plural}, then try again.", retry_after=seconds
    )

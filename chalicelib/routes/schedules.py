"""What runs by the clock, each in a function of its own."""

from __future__ import annotations

import logging
from typing import Any, Final, cast

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.container import current

schedules = Blueprint(__name__)

_RESERVE: Final = 30_000  # milliseconds: a look takes five seconds at most, and what it writes comes after it
_LOG: Final = logging.getLogger("gatehouse")


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def refresh_metadata(event: CloudWatchEvent) -> None:
    """Each connection's metadata once a day; each hour goes on where the last one ran out of time."""
    container, context = current(), cast("Any", event.context)  # Lambda's own, not the dict that Chalice's types say

    def has_time() -> bool:
        return int(context.get_remaining_time_in_millis()) > _RESERVE

    looks = container.metadata_refresh.run(container.clock(), has_time)
    _LOG.info("metadata refreshed %s", {"looks": looks})


@schedules.schedule(Rate(1, unit=Rate.DAYS))
def rotate_keys(event: CloudWatchEvent) -> None:
    """The steps of our own keys' rotation that are due."""
    container = current()
    steps = container.key_rotation.run(container.clock())
    _LOG.info("our keys looked at %s", {"steps": len(steps)})

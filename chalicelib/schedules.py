"""What runs by the clock, each in a function of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final, cast

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.container import current
from chalicelib.errors import SsoError
from chalicelib.http.framework import Blueprint, CloudWatchEvent, Rate
from chalicelib.metrics import Metric, embed_metrics
from chalicelib.request_context import RequestContext, bind

schedules = Blueprint(__name__)

_RESERVE: Final = 30_000  # milliseconds: a look takes five seconds at most, and what it writes comes after it
_LOG: Final = logging.getLogger("gatehouse")


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def refresh_metadata(event: CloudWatchEvent) -> None:
    """Each connection's metadata once a day, each hour goes on where the last one ran out of time; and once a day all
    certificates."""
    with bind(RequestContext(actor=Actor(ActorKind.SCHEDULE))) as under_way:
        container, has_time, failure = current(), _time_of(event), None
        try:
            if (left := container.certificate_expiry.run(container.clock(), has_time)) is not None:
                under_way.count(Metric.CERTIFICATE_DAYS_LEFT, left)
        except SsoError as error:  # one failure must not keep metadata from being read
            _LOG.error("certificates were not looked at %s", {"private": error.private})
            failure = error
        looks = container.metadata_refresh.run(container.clock(), has_time)
        metrics = embed_metrics(under_way.metrics, container.settings.stage, container.clock())
        _LOG.info("metadata refreshed %s", {"looks": looks, **metrics})
        if failure is not None:  # the run has failed, which an alarm counts
            raise failure


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def cleanup_orphans(event: CloudWatchEvent) -> None:
    """Deletions that broke off, secrets and labels that nothing names."""
    with bind(RequestContext(actor=Actor(ActorKind.SCHEDULE))):
        container = current()
        dropped = container.cleanup.run(container.clock(), _time_of(event))
        _LOG.info("leftovers dropped %s", dropped)


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def digest_audit_log(event: CloudWatchEvent) -> None:
    """Lists the new events of every audit log in a digest."""
    with bind(RequestContext(actor=Actor(ActorKind.SCHEDULE))):
        container = current()
        written = container.audit_digests.run(container.clock(), _time_of(event))
        _LOG.info("audit digests written %s", {"digests": written})


@schedules.schedule(Rate(1, unit=Rate.DAYS))
def rotate_keys(event: CloudWatchEvent) -> None:
    """The steps of our own keys' rotation that are due."""
    container = current()
    steps = container.key_rotation.run(container.clock())
    _LOG.info("our keys looked at %s", {"steps": len(steps)})


def _time_of(event: CloudWatchEvent) -> Callable[[], bool]:
    """Whether the function has time left for one thing more."""
    context = cast("Any", event.context)  # Lambda's own, not the dict of Chalice's types
    return lambda: int(context.get_remaining_time_in_millis()) > _RESERVE

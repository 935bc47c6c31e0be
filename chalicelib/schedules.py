"""The scheduled functions."""

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

# milliseconds: reading one document takes at most five seconds, and its result is stored afterwards
_RESERVE: Final = 30_000
_LOG: Final = logging.getLogger("gatehouse")


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def refresh_metadata(event: CloudWatchEvent) -> None:
    """Refreshes due connections' metadata, resuming hourly where the last run ran out of time; checks certificates
    daily.
    """
    with bind(RequestContext(actor=Actor(ActorKind.SCHEDULE))) as under_way:
        container, has_time, failure = current(), _time_of(event), None
        try:
            if (left := container.certificate_expiry.run(container.clock(), has_time)) is not None:
                under_way.count(Metric.CERTIFICATE_DAYS_LEFT, left)
        except SsoError as error:  # a failure here must not prevent the metadata refresh
            _LOG.error("certificates.check_failed %s", {"private": error.private})
            failure = error
        looks = container.metadata_refresh.run(container.clock(), has_time)
        metrics = embed_metrics(under_way.metrics, container.settings.stage, container.clock())
        _LOG.info("metadata.refreshed %s", {"looks": looks, **metrics})
        if failure is not None:  # fail the run, so that the alarm counts it
            raise failure


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def cleanup_orphans(event: CloudWatchEvent) -> None:
    """Finishes interrupted deletions and removes orphaned secrets and version labels."""
    with bind(RequestContext(actor=Actor(ActorKind.SCHEDULE))):
        container = current()
        dropped = container.cleanup.run(container.clock(), _time_of(event))
        _LOG.info("cleanup.completed %s", dropped)


@schedules.schedule(Rate(1, unit=Rate.HOURS))
def digest_audit_log(event: CloudWatchEvent) -> None:
    """Writes a digest of the new events of every audit log."""
    with bind(RequestContext(actor=Actor(ActorKind.SCHEDULE))):
        container = current()
        written = container.audit_digests.run(container.clock(), _time_of(event))
        _LOG.info("audit_digests.completed %s", {"digests": written})


@schedules.schedule(Rate(1, unit=Rate.DAYS))
def rotate_keys(event: CloudWatchEvent) -> None:
    """Takes the due steps of key rotation."""
    container = current()
    steps = container.key_rotation.run(container.clock())
    _LOG.info("signing_keys.checked %s", {"steps": len(steps)})


def _time_of(event: CloudWatchEvent) -> Callable[[], bool]:
    """Returns a function that is true while the run has time for another item."""
    context = cast("Any", event.context)  # Lambda's own context object; Chalice's types declare a dict
    return lambda: int(context.get_remaining_time_in_millis()) > _RESERVE

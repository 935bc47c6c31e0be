"""Rate-limits metadata fetches by requests, because a slow URL can occupy a Lambda instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from chalicelib.audit_log.actor import ActorKind
from chalicelib.client_network import client_network
from chalicelib.rate_limits.model import Limit
from chalicelib.rate_limits.service import Limits
from chalicelib.request_context import current_context

FREE_FETCHES: Final = 60
FREE_FETCHES_OF_KEYS: Final = 600
"""High enough for a server that migrates all customers of a deployment at once."""


class Fetch(Protocol):
    """Fetches the content at a URL; see `MetadataFetch.fetch`."""

    def fetch(self, url: str) -> bytes:
        """Returns the body."""


@dataclass(frozen=True, slots=True)
class MeteredFetch:
    """Counts fetches by source and caller together; the count resets after an hour without any. Schedules aren't
    limited.
    """

    inner: Fetch
    limits: Limits
    clock: Callable[[], datetime]

    def fetch(self, url: str) -> bytes:
        """Fetches the content at a URL.

        Raises:
            TooManyRequests: the limit is reached.
            FetchFailed: see `MetadataFetch.fetch`.
            Unavailable: the store did not respond.
        """
        context = current_context()
        if context.source is not None:
            actor = context.actor
            free = FREE_FETCHES_OF_KEYS if actor.kind is ActorKind.API_KEY else FREE_FETCHES
            key = f"fetch#{client_network(context.source)}#{actor.kind}#{actor.id}"
            self.limits.reserve([Limit(key, free)], self.clock())
        return self.inner.fetch(url)

"""Fetching metadata for a request, counted: each may hold a function for as long as the address keeps it waiting."""

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
"""A server that moves a deployment's customers here saves many metadata addresses in a row."""


class Fetch(Protocol):
    """Fetches what lies at an address; see `MetadataFetch.fetch`."""

    def fetch(self, url: str) -> bytes:
        """Returns the body."""


@dataclass(frozen=True, slots=True)
class MeteredFetch:
    """Counts fetches by source and caller together, until an hour without any has passed. Schedules aren't counted."""

    inner: Fetch
    limits: Limits
    clock: Callable[[], datetime]

    def fetch(self, url: str) -> bytes:
        """Returns what lies at the address.

        Raises:
            TooManyRequests: the caller has to wait.
            FetchFailed: see `MetadataFetch.fetch`.
            Unavailable: the store did not answer.
        """
        under_way = current_context()
        if under_way.source is not None:
            actor = under_way.actor
            free = FREE_FETCHES_OF_KEYS if actor.kind is ActorKind.API_KEY else FREE_FETCHES
            key = f"fetch#{client_network(under_way.source)}#{actor.kind}#{actor.id}"
            self.limits.reserve([Limit(key, free)], self.clock())
        return self.inner.fetch(url)

"""The context of the current request or scheduled run: the actor, the fields of its log line, and its metrics.

Set at the edge (`http/middleware.py`, `api_keys/callers.py`, …) and read where something is written. It is context
rather than a parameter, so no call path can omit the actor from the audit log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from chalicelib.audit_log.actor import Actor, ActorKind
from chalicelib.metrics import Metric

_ANONYMOUS: Final = Actor(ActorKind.ANONYMOUS)
_OPERATOR: Final = Actor(ActorKind.OPERATOR)


@dataclass(slots=True)
class RequestContext:
    """The context of one request or scheduled run.

    Attributes:
        actor: anonymous until the caller is authenticated.
        facts: fields of the log line; only Gatehouse's own IDs.
        metrics: metrics to emit.
    """

    request_id: str | None = None
    source: str | None = None
    actor: Actor = _ANONYMOUS
    facts: dict[str, object] = field(default_factory=dict)
    metrics: dict[Metric, float] = field(default_factory=dict)

    def count(self, metric: Metric, value: float = 1) -> None:
        """Sets a metric of this request."""
        self.metrics[metric] = value


_trace: ContextVar[RequestContext | None] = ContextVar("trace", default=None)


@contextmanager
def bind(trace: RequestContext) -> Iterator[RequestContext]:
    """Makes `trace` the current context within the block."""
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def current_context() -> RequestContext:
    """Returns the current context; outside any request or scheduled run, one for an operator's command."""
    return _trace.get() or RequestContext(actor=_OPERATOR)


def set_actor(kind: ActorKind, actor_id: str | None, organization_id: str | None) -> None:
    """Sets the authenticated actor of the current request.

    Args:
        organization_id: of the actor; None for an API key of the deployment.
    """
    under_way = current_context()
    under_way.actor = Actor(kind, actor_id)
    if organization_id is not None:
        under_way.facts["organization_id"] = organization_id

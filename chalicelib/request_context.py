"""What is known of the request or run that is under way: who acts, and what its one log line and its metrics say.

Set at the edge (`http/middleware.py`, `http/api_auth.py`, …), read where something is written. It is no argument: an
argument that forty methods hand on is forgotten in the forty-first, and an audit log must not depend on that.
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
    """One request or run.

    Attributes:
        actor: anonymous until somebody has proven who they are.
        facts: for the log line: IDs of ours and nothing else.
        metrics: what to count.
    """

    request_id: str | None = None
    source: str | None = None
    actor: Actor = _ANONYMOUS
    facts: dict[str, object] = field(default_factory=dict)
    metrics: dict[Metric, float] = field(default_factory=dict)

    def count(self, metric: Metric, value: float = 1) -> None:
        """Set a metric of this request."""
        self.metrics[metric] = value


_trace: ContextVar[RequestContext | None] = ContextVar("trace", default=None)


@contextmanager
def bind(trace: RequestContext) -> Iterator[RequestContext]:
    """Everything within belongs to this request or run."""
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def current_context() -> RequestContext:
    """The one under way. Where none has begun, an operator's command runs."""
    return _trace.get() or RequestContext(actor=_OPERATOR)


def set_actor(kind: ActorKind, actor_id: str | None, organization_id: str | None) -> None:
    """Somebody has proven who they are.

    Args:
        organization_id: theirs; None for a key of the deployment.
    """
    under_way = current_context()
    under_way.actor = Actor(kind, actor_id)
    if organization_id is not None:
        under_way.facts["organization_id"] = organization_id

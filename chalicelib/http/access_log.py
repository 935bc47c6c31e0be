"""The log line of a request, which includes its metrics."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from chalicelib.container import current
from chalicelib.http.framework import Request, Response
from chalicelib.identifier import Prefix, is_id
from chalicelib.metrics import Metric, embed_metrics
from chalicelib.request_context import current_context

if TYPE_CHECKING:
    from chalicelib.http.problem_details import Problem

_LOG: Final = logging.getLogger("gatehouse")
_IDS: Final[dict[str, Prefix]] = {
    "organization_id": "org",
    "connection_id": "conn",
    "user_id": "usr",
    "attempt_id": "att",
    "key_id": "key",
    "link_id": "link",
}
_served: list[bool] = []


def note_request(
    request: Request | None, response: Response, failure: tuple[Problem, str | None] | None, *, milliseconds: float
) -> None:
    """Logs the request.

    Only the route template and Gatehouse's own IDs are logged: other parts of the path may be secret.

    Args:
        failure: the problem, and its detail for the log only.
    """
    container, under_way = current(), current_context()
    if not _served:
        _served.append(True)
        under_way.count(Metric.COLD_START)
    line: dict[str, Any] = {
        "request_id": under_way.request_id,
        "route": f"{request.method} {request.path}" if request else "none",
        "status": response.status_code,
        "duration_ms": round(milliseconds, 1),
        "cold_start": Metric.COLD_START in under_way.metrics,
        "actor_type": under_way.actor.kind.value,
        "actor_id": under_way.actor.id,
        **under_way.facts,
        **_ids_in(request),
    }
    if failure is not None:
        line |= {"code": failure[0].code, "private": failure[1]}
    line |= embed_metrics(under_way.metrics, container.settings.stage, container.clock())
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    _LOG.log(level, "request %s", {name: value for name, value in line.items() if value is not None})


def _ids_in(request: Request | None) -> dict[str, str]:
    found = (request.uri_params or {}) if request else {}
    return {name: found[name] for name, prefix in _IDS.items() if is_id(found.get(name, ""), prefix)}

"""The audit log endpoints of an organization: a list, and an export as JSON lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.audit_log.model import Action
from chalicelib.container import current
from chalicelib.errors import FieldError, Invalid
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.requests import cursor_of, page_of, request_of, require_known_parameters
from chalicelib.http.responses import list_answer
from chalicelib.moment import parse_moment

audit_events = Blueprint(__name__)

JSON_LINES: Final = "application/x-ndjson"
_LIST: Final = "/v1/organizations/{organization_id}/audit-events"
_FILTERS: Final = ("action", "actor", "from", "to")
_MAX_ACTOR_LENGTH: Final = 64


@audit_events.route(_LIST, methods=["GET"], content_types=["*/*"])
def list_events(organization_id: str) -> Response:
    """Lists the events, newest first."""
    from chalicelib.audit_log.schemas import AuditEventAnswer

    request, container = request_of(audit_events), current()
    organization_caller(request, organization_id)
    limit, after = page_of(request, "evt", filters=_FILTERS)
    wanted = _parse_filter(request)
    page = container.audit_log.page(organization_id, wanted, container.clock(), limit=limit, after=after)
    return list_answer(page.values, page.after, AuditEventAnswer.of)


@audit_events.route(f"{_LIST}/export", methods=["GET"], content_types=["*/*"])
def export_events(organization_id: str) -> Response:
    """Exports as many events as fit into a response, one per line; the `Link` header points to the next page (RFC
    8288).
    """
    request, container = request_of(audit_events), current()
    organization_caller(request, organization_id)
    require_known_parameters(request, ("after", *_FILTERS))
    wanted, after = _parse_filter(request), cursor_of(request, "evt")
    lines, after = container.audit_log.lines(organization_id, wanted, container.clock(), after=after)
    headers = {"Content-Type": JSON_LINES}
    if after is not None:
        kept = {name: value for name, value in _query(request).items() if name in _FILTERS}
        path = f"/v1/organizations/{organization_id}/audit-events/export"
        url = f"{container.settings.base_url}{path}?{urlencode({**kept, 'after': after})}"
        headers["Link"] = f'<{url}>; rel="next"'
    return Response("".join(f"{line}\n" for line in lines), headers={**headers})


def _parse_filter(request: Request) -> AuditFilter:
    query, errors = _query(request), list[FieldError]()
    action = query.get("action")
    if action is not None and action not in {known.value for known in Action}:
        errors.append(FieldError("/action", "invalid_value", "There is no such action."))
    actor = query.get("actor")
    if actor is not None and not 0 < len(actor) <= _MAX_ACTOR_LENGTH:
        errors.append(FieldError("/actor", "invalid_value", "`actor` is an ID, or a kind of actor."))
    moments = {name: _moment(query.get(name), name, errors) for name in ("from", "to")}
    if errors:
        raise Invalid("invalid_request", "Some filters can't be used; see `errors`.", errors=tuple(errors))
    return AuditFilter(Action(action) if action else None, actor, moments["from"], moments["to"])


def _moment(text: str | None, name: str, errors: list[FieldError]) -> datetime | None:
    if text is None:
        return None
    if (found := parse_moment(text)) is None:
        errors.append(FieldError(f"/{name}", "invalid_value", f"`{name}` is a time like 2026-11-23T09:00:00Z."))
    return found


def _query(request: Request) -> Mapping[str, str]:
    return request.query_params or {}

"""The audit log endpoints of an organization: a list, and an export as JSON lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias
from urllib.parse import urlencode

from chalicelib.api_keys.callers import Caller
from chalicelib.audit_log.filter import AuditFilter
from chalicelib.audit_log.model import Action
from chalicelib.audit_log.schemas import AuditEventAnswer
from chalicelib.container import current
from chalicelib.errors import FieldError, Invalid
from chalicelib.http.api_auth import ORGANIZATION
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.responses import Listing
from chalicelib.http.routing import TEXT, TIME, Call, operation
from chalicelib.i18n.message import message
from chalicelib.moment import parse_moment

audit_events = Blueprint(__name__)

JSON_LINES: Final = "application/x-ndjson"
_LIST: Final = "/v1/organizations/{organization_id}/audit-events"
_EXPORT: Final = f"{_LIST}/export"
_ACTIONS: Final = tuple(action.value for action in Action)
_FILTERS: Final = {"action": {"enum": list(_ACTIONS)}, "actor": TEXT, "from": TIME, "to": TIME}
_MAX_ACTOR_LENGTH: Final = 64

_Call: TypeAlias = Call[Caller, None]


@operation(
    audit_events,
    "audit_events.list",
    "GET",
    _LIST,
    auth=ORGANIZATION,
    items=AuditEventAnswer,
    cursor="evt",
    query=_FILTERS,
)
def list_events(call: _Call) -> Listing:
    """List audit events."""
    organization_id, wanted = call.caller.organization.id, _parse_filter(call.query)
    page = current().audit_log.page(organization_id, wanted, call.now, limit=call.limit, after=call.after)
    return Listing(map(AuditEventAnswer.of, page.values), page.after)


@operation(
    audit_events,
    "audit_events.export",
    "GET",
    _EXPORT,
    auth=ORGANIZATION,
    cursor="evt",
    query=_FILTERS,
    content=JSON_LINES,
)
def export_events(call: _Call) -> Response:
    """Export audit events as JSON lines."""
    organization_id, container = call.caller.organization.id, current()
    lines, after = container.audit_log.lines(organization_id, _parse_filter(call.query), call.now, after=call.after)
    headers = {"Content-Type": JSON_LINES}
    if after is not None:
        kept = {name: value for name, value in call.query.items() if name in _FILTERS}
        path = _EXPORT.format(organization_id=organization_id)
        headers["Link"] = f'<{container.settings.base_url}{path}?{urlencode({**kept, "after": after})}>; rel="next"'
    return Response("".join(f"{line}\n" for line in lines), headers={**headers})


def _parse_filter(query: Mapping[str, str]) -> AuditFilter:
    errors = list[FieldError]()
    action = query.get("action")
    if action is not None and action not in _ACTIONS:
        errors.append(FieldError("/action", "invalid_value", message("problem.field.action")))
    actor = query.get("actor")
    if actor is not None and not 0 < len(actor) <= _MAX_ACTOR_LENGTH:
        errors.append(FieldError("/actor", "invalid_value", message("problem.field.actor")))
    moments = {name: _moment(query.get(name), name, errors) for name in ("from", "to")}
    if errors:
        raise Invalid("invalid_request", message("problem.invalid_request.filters"), errors=tuple(errors))
    return AuditFilter(Action(action) if action else None, actor, moments["from"], moments["to"])


def _moment(text: str | None, name: str, errors: list[FieldError]) -> datetime | None:
    if text is None:
        return None
    if (found := parse_moment(text)) is None:
        errors.append(FieldError(f"/{name}", "invalid_value", message("problem.field.time", name=name)))
    return found

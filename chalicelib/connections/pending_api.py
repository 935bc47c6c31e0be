"""The endpoints for pending values under /v1/organizations/{organization_id}/connections/{connection_id}/pending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from chalicelib.connections.api import render_connection, require_current
from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import json_bytes, no_fields, request_of

if TYPE_CHECKING:
    from chalicelib.connections.changes import ConnectionChanges

pending_values = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/connections/{connection_id}"

Act = Callable[[str, str, int, datetime], Connection]


@pending_values.route(f"{_ONE}/pending", methods=["PUT"], content_types=["*/*"])
def propose(organization_id: str, connection_id: str) -> Response:
    """Saves new values as pending."""
    from chalicelib.connections.pending_schemas import PendingPut
    from chalicelib.http.schemas import parse_body

    request = request_of(pending_values)
    organization_caller(request, organization_id)
    seen = require_current(request, organization_id, connection_id)
    body = parse_body(PendingPut, json_bytes(request))
    changes = cast("ConnectionChanges", body.model_dump(exclude_unset=True))
    container = current()
    return render_connection(
        container.pending_values.propose(organization_id, connection_id, changes, seen.version, container.clock())
    )


@pending_values.route(f"{_ONE}/pending", methods=["DELETE"], content_types=["*/*"])
def discard(organization_id: str, connection_id: str) -> Response:
    """Discards the pending values."""
    return _act(organization_id, connection_id, current().pending_values.discard)


@pending_values.route(f"{_ONE}/pending/apply", methods=["POST"], content_types=["*/*"])
def apply(organization_id: str, connection_id: str) -> Response:
    """Applies the pending values after a successful test."""
    return _act(organization_id, connection_id, current().pending_values.apply)


@pending_values.route(f"{_ONE}/roll-back", methods=["POST"], content_types=["*/*"])
def roll_back(organization_id: str, connection_id: str) -> Response:
    """Restores the values from before the last swap."""
    return _act(organization_id, connection_id, current().pending_values.roll_back)


@pending_values.route(f"{_ONE}/activate", methods=["POST"], content_types=["*/*"])
def activate(organization_id: str, connection_id: str) -> Response:
    """Activates a connection after a successful test."""
    return _act(organization_id, connection_id, current().pending_values.activate)


def _act(organization_id: str, connection_id: str, act: Act) -> Response:
    request = request_of(pending_values)
    organization_caller(request, organization_id)
    no_fields(request)
    seen = require_current(request, organization_id, connection_id, exact=True)
    return render_connection(act(organization_id, connection_id, seen.version, current().clock()))

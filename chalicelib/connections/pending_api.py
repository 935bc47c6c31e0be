"""The endpoints for pending values under /v1/organizations/{organization_id}/connections/{connection_id}/pending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

from chalicelib.api_keys.callers import Caller
from chalicelib.connections.api import CONNECTION, connection_answer, current_state, loaded
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection
from chalicelib.connections.pending_schemas import PendingPut
from chalicelib.connections.schemas import ConnectionAnswer
from chalicelib.container import current
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer
from chalicelib.http.routing import Call, operation

pending_values = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/connections/{connection_id}"

_Call: TypeAlias = Call[Caller, None]


@operation(
    pending_values,
    "connections.propose",
    "PUT",
    f"{_ONE}/pending",
    auth=CONNECTION,
    body=PendingPut,
    answer=ConnectionAnswer,
    if_match=current_state,
    etag=True,
)
def propose(call: Call[Caller, PendingPut]) -> Answer:
    """Propose new values beside those in force."""
    changes = cast("ConnectionChanges", call.body.model_dump(exclude_unset=True))
    connection = loaded(call).connection
    return _answer(call, current().pending_values.propose(connection, changes, connection.version, call.now))


@operation(
    pending_values,
    "connections.discard_pending",
    "DELETE",
    f"{_ONE}/pending",
    auth=CONNECTION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def discard(call: _Call) -> Answer:
    """Drop the pending values."""
    return _act(call, current().pending_values.discard)


@operation(
    pending_values,
    "connections.apply_pending",
    "POST",
    f"{_ONE}/pending/apply",
    auth=CONNECTION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def apply(call: _Call) -> Answer:
    """Swap proven pending values in."""
    return _act(call, current().pending_values.apply)


@operation(
    pending_values,
    "connections.roll_back",
    "POST",
    f"{_ONE}/roll-back",
    auth=CONNECTION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def roll_back(call: _Call) -> Answer:
    """Put back the values before the last swap."""
    return _act(call, current().pending_values.roll_back)


@operation(
    pending_values,
    "connections.activate",
    "POST",
    f"{_ONE}/activate",
    auth=CONNECTION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def activate(call: _Call) -> Answer:
    """Make a proven connection active."""
    return _act(call, current().pending_values.activate)


def _act(call: _Call, act: Callable[[Connection, int, datetime], Connection]) -> Answer:
    connection = loaded(call).connection
    return _answer(call, act(connection, connection.version, call.now))


def _answer(call: Call[Caller, Any], changed: Connection) -> Answer:
    return connection_answer(changed, loaded(call).check)

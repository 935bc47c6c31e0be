"""The endpoints for pending values under /v1/organizations/{organization_id}/connections/{connection_id}/pending."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from chalicelib.api_keys.callers import Caller
from chalicelib.connections.api import connection_answer, current_state
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.pending_schemas import PendingPut
from chalicelib.connections.schemas import ConnectionAnswer
from chalicelib.container import current
from chalicelib.http.api_auth import ORGANIZATION
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
    auth=ORGANIZATION,
    body=PendingPut,
    answer=ConnectionAnswer,
    if_match=current_state,
    etag=True,
)
def propose(call: Call[Caller, PendingPut]) -> Answer:
    """Propose new values beside those in force."""
    changes = cast("ConnectionChanges", call.body.model_dump(exclude_unset=True))
    return connection_answer(
        current().pending_values.propose(
            call.caller.organization.id, call.path["connection_id"], changes, call.version, call.now
        )
    )


@operation(
    pending_values,
    "connections.discard_pending",
    "DELETE",
    f"{_ONE}/pending",
    auth=ORGANIZATION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def discard(call: _Call) -> Answer:
    """Drop the pending values."""
    return connection_answer(current().pending_values.discard(*_target(call), call.now))


@operation(
    pending_values,
    "connections.apply_pending",
    "POST",
    f"{_ONE}/pending/apply",
    auth=ORGANIZATION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def apply(call: _Call) -> Answer:
    """Swap proven pending values in."""
    return connection_answer(current().pending_values.apply(*_target(call), call.now))


@operation(
    pending_values,
    "connections.roll_back",
    "POST",
    f"{_ONE}/roll-back",
    auth=ORGANIZATION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def roll_back(call: _Call) -> Answer:
    """Put back the values before the last swap."""
    return connection_answer(current().pending_values.roll_back(*_target(call), call.now))


@operation(
    pending_values,
    "connections.activate",
    "POST",
    f"{_ONE}/activate",
    auth=ORGANIZATION,
    answer=ConnectionAnswer,
    if_match=current_state,
    exact=True,
    etag=True,
)
def activate(call: _Call) -> Answer:
    """Make a proven connection active."""
    return connection_answer(current().pending_values.activate(*_target(call), call.now))


def _target(call: _Call) -> tuple[str, str, int]:
    """Returns organization, connection and expected version."""
    return call.caller.organization.id, call.path["connection_id"], call.version

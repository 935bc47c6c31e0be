"""The endpoints under /v1/organizations/{organization_id}/connections."""

from __future__ import annotations

from typing import Any, Final, TypeAlias, cast

from chalicelib.api_keys.callers import Caller
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection
from chalicelib.connections.schemas import (
    ConnectionAnswer,
    ConnectionChange,
    ConnectionCreate,
    metadata_address_warning,
)
from chalicelib.connections.testing_schemas import ConnectionTestAnswer, ConnectionTestBody
from chalicelib.container import current
from chalicelib.http.api_auth import ORGANIZATION
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer, Listing
from chalicelib.http.routing import Call, operation
from chalicelib.idp_metadata.input import is_misplaced

connections = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/connections"
_ONE: Final = f"{_ALL}/{{connection_id}}"

_Call: TypeAlias = Call[Caller, None]
_Create: TypeAlias = Call[Caller, ConnectionCreate]
_Test: TypeAlias = Call[Caller, ConnectionTestBody]


def current_state(call: Call[Caller, Any]) -> str:
    """Returns the version of the connection in the path, for If-Match."""
    return str(_connection(call).version)


def connection_answer(connection: Connection, *, location: str | None = None, was_misplaced: bool = False) -> Answer:
    """Converts the connection. `was_misplaced`: the caller gave a metadata URL as the SSO URL."""
    container = current()
    now = container.clock()
    check = container.metadata_refresh.last([connection], now).get(connection.id)
    answer = ConnectionAnswer.of(connection, container.settings.base_url, now, check)
    if was_misplaced and not any(warning.code == "metadata_address" for warning in answer.warnings):
        answer.warnings.append(metadata_address_warning(was_read=True))
    return Answer(answer, connection.version, location)


@operation(connections, "connections.list", "GET", _ALL, auth=ORGANIZATION, items=ConnectionAnswer, cursor="conn")
def index(call: _Call) -> Listing:
    """List connections."""
    container, base_url = current(), current().settings.base_url
    every = container.connections.list(call.caller.organization.id)
    found = [each for each in every if call.after is None or each.id < call.after]
    shown = tuple(found[: call.limit])
    checks = container.metadata_refresh.last(shown, call.now)
    return Listing(
        (ConnectionAnswer.of(each, base_url, call.now, checks.get(each.id)) for each in shown),
        shown[-1].id if len(found) > call.limit else None,
    )


def _repeat_create(call: _Create, connection_id: str) -> Answer:
    return _created(current().connections.get(call.caller.organization.id, connection_id))


@operation(
    connections,
    "connections.create",
    "POST",
    _ALL,
    auth=ORGANIZATION,
    body=ConnectionCreate,
    answer=ConnectionAnswer,
    success=201,
    idempotent=_repeat_create,
    etag=True,
)
def create(call: _Create) -> Answer:
    """Create a connection."""
    return _created(
        current().connections.create(
            call.caller.organization.id,
            name=call.body.name,
            provider=call.body.provider,
            now=call.now,
            receipt=call.receipt,
        )
    )


@operation(connections, "connections.get", "GET", _ONE, auth=ORGANIZATION, answer=ConnectionAnswer, etag=True)
def show(call: _Call) -> Answer:
    """Get a connection."""
    return connection_answer(_connection(call))


@operation(
    connections,
    "connections.update",
    "PATCH",
    _ONE,
    auth=ORGANIZATION,
    body=ConnectionChange,
    answer=ConnectionAnswer,
    if_match=current_state,
    etag=True,
)
def change(call: Call[Caller, ConnectionChange]) -> Answer:
    """Change a connection."""
    changes = cast("ConnectionChanges", call.body.model_dump(exclude_unset=True))
    organization_id, connection_id = call.caller.organization.id, call.path["connection_id"]
    changed = current().connections.change(organization_id, connection_id, changes, call.version, call.now)
    return connection_answer(changed, was_misplaced=is_misplaced(changes))


@operation(connections, "connections.delete", "DELETE", _ONE, auth=ORGANIZATION, if_match=current_state)
def delete(call: _Call) -> None:
    """Delete a connection."""
    current().connections.delete(call.caller.organization.id, call.path["connection_id"], call.version, call.now)


@operation(
    connections, "connections.disable", "POST", f"{_ONE}/disable", auth=ORGANIZATION, answer=ConnectionAnswer, etag=True
)
def disable(call: _Call) -> Answer:
    """Switch a connection off."""
    disabled = current().connections.disable(call.caller.organization.id, call.path["connection_id"], call.now)
    return connection_answer(disabled)


@operation(
    connections, "connections.enable", "POST", f"{_ONE}/enable", auth=ORGANIZATION, answer=ConnectionAnswer, etag=True
)
def enable(call: _Call) -> Answer:
    """Switch a connection on."""
    enabled = current().connections.enable(call.caller.organization.id, call.path["connection_id"], call.now)
    return connection_answer(enabled)


def _repeat_test(call: _Test, code_sha256: str) -> ConnectionTestAnswer:
    _connection(call)
    return ConnectionTestAnswer.of(current().connection_tests.find(code_sha256, call.now))


@operation(
    connections,
    "connections.test",
    "POST",
    f"{_ONE}/test",
    auth=ORGANIZATION,
    body=ConnectionTestBody,
    answer=ConnectionTestAnswer,
    idempotent=_repeat_test,
)
def offer_test(call: _Test) -> ConnectionTestAnswer:
    """Offer a test sign-in."""
    connection = _connection(call)
    of_pending = call.body.of == "pending" if call.body.model_fields_set else connection.pending is not None
    offer = current().connection_tests.offer(connection, call.now, of_pending=of_pending, receipt=call.receipt)
    return ConnectionTestAnswer.of(offer)


def _connection(call: Call[Caller, Any]) -> Connection:
    return current().connections.get(call.caller.organization.id, call.path["connection_id"])


def _created(connection: Connection) -> Answer:
    path = _ONE.format(organization_id=connection.organization_id, connection_id=connection.id)
    return connection_answer(connection, location=path)

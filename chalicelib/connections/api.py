"""The endpoints under /v1/organizations/{organization_id}/connections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

from chalicelib.api_keys.callers import Caller
from chalicelib.connections.access import LoadedConnection, connection_lookups, current_check, require_loaded
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
from chalicelib.credentials import Credentials
from chalicelib.http.api_auth import ORGANIZATION, Auth
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer, Listing
from chalicelib.http.routing import Call, operation
from chalicelib.http.schemas import WarningAnswer
from chalicelib.idp_metadata.input import document_remarks, is_misplaced
from chalicelib.idp_metadata.model import MetadataCheck

connections = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/connections"
_ONE: Final = f"{_ALL}/{{connection_id}}"

_Call: TypeAlias = Call[Caller, None]
_Create: TypeAlias = Call[Caller, ConnectionCreate]
_Test: TypeAlias = Call[Caller, ConnectionTestBody]


def _authenticate(credentials: Credentials, path: Mapping[str, str]) -> Caller:
    now = current().clock()
    also = connection_lookups(path["connection_id"], now)
    return current().callers.organization(credentials, path["organization_id"], now, also)


CONNECTION: Final = Auth(ORGANIZATION.description, _authenticate)
"""Like `ORGANIZATION`. Reads the connection in the path together with the caller; `loaded` returns it."""


def loaded(call: Call[Caller, Any]) -> LoadedConnection:
    """Returns the connection in the path.

    Raises:
        NotAllowed, NotFound: see `require_loaded`.
    """
    return require_loaded(call.caller.organization, call.caller.found, current().settings)


def current_state(call: Call[Caller, Any]) -> str:
    """Returns the version of the connection in the path, for If-Match."""
    return str(loaded(call).connection.version)


def connection_answer(
    connection: Connection,
    check: MetadataCheck | None,
    *,
    location: str | None = None,
    changes: ConnectionChanges | None = None,
) -> Answer:
    """Converts the connection.

    Args:
        check: the last metadata check that was read; ignored if it was of another URL.
        changes: what the caller sent; it may earn further warnings.
    """
    container = current()
    now, check = container.clock(), current_check(connection, check)
    answer = ConnectionAnswer.of(connection, container.settings.base_url, now, check)
    for warning in _warnings_about(changes or {}, now):
        if warning.code not in {given.code for given in answer.warnings}:
            answer.warnings.append(warning)
    return Answer(answer, connection.version, location)


def _warnings_about(changes: ConnectionChanges, now: datetime) -> list[WarningAnswer]:
    """Returns the warnings that only the sent values earn: an import of the same text gives them too."""
    found = [metadata_address_warning(was_read=True)] if is_misplaced(changes) else []
    remarks = document_remarks(changes, current().settings, now)
    return found + [WarningAnswer.of(remark.pointer, remark.code, remark.message) for remark in remarks]


@operation(connections, "connections.list", "GET", _ALL, auth=ORGANIZATION, items=ConnectionAnswer, cursor="conn")
def index(call: _Call) -> Listing:
    """List connections."""
    base_url, every = (
        current().settings.base_url,
        current().connections.list_with_checks(call.caller.organization, call.now),
    )
    found = [at for at in every if call.after is None or at.connection.id < call.after]
    shown = tuple(found[: call.limit])
    return Listing(
        (ConnectionAnswer.of(at.connection, base_url, call.now, at.check) for at in shown),
        shown[-1].connection.id if len(found) > call.limit else None,
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


@operation(connections, "connections.get", "GET", _ONE, auth=CONNECTION, answer=ConnectionAnswer, etag=True)
def show(call: _Call) -> Answer:
    """Get a connection."""
    at = loaded(call)
    return connection_answer(at.connection, at.check)


@operation(
    connections,
    "connections.update",
    "PATCH",
    _ONE,
    auth=CONNECTION,
    body=ConnectionChange,
    answer=ConnectionAnswer,
    if_match=current_state,
    etag=True,
)
def change(call: Call[Caller, ConnectionChange]) -> Answer:
    """Change a connection."""
    changes = cast("ConnectionChanges", call.body.model_dump(exclude_unset=True))
    at = loaded(call)
    changed = current().connections.change(at.connection, changes, at.connection.version, call.now)
    return connection_answer(changed, at.check, changes=changes)


@operation(connections, "connections.delete", "DELETE", _ONE, auth=CONNECTION, if_match=current_state)
def delete(call: _Call) -> None:
    """Delete a connection."""
    connection = loaded(call).connection
    current().connections.delete(connection, connection.version, call.now)


@operation(
    connections, "connections.disable", "POST", f"{_ONE}/disable", auth=CONNECTION, answer=ConnectionAnswer, etag=True
)
def disable(call: _Call) -> Answer:
    """Switch a connection off."""
    at = loaded(call)
    return connection_answer(current().connections.disable(at.connection, call.now), at.check)


@operation(
    connections, "connections.enable", "POST", f"{_ONE}/enable", auth=CONNECTION, answer=ConnectionAnswer, etag=True
)
def enable(call: _Call) -> Answer:
    """Switch a connection on."""
    at = loaded(call)
    return connection_answer(current().connections.enable(at.connection, call.now), at.check)


def _repeat_test(call: _Test, code_sha256: str) -> ConnectionTestAnswer:
    loaded(call)
    return ConnectionTestAnswer.of(current().connection_tests.find(code_sha256, call.now))


@operation(
    connections,
    "connections.test",
    "POST",
    f"{_ONE}/test",
    auth=CONNECTION,
    body=ConnectionTestBody,
    answer=ConnectionTestAnswer,
    idempotent=_repeat_test,
)
def offer_test(call: _Test) -> ConnectionTestAnswer:
    """Offer a test sign-in."""
    connection = loaded(call).connection
    of_pending = call.body.of == "pending" if call.body.model_fields_set else connection.pending is not None
    offer = current().connection_tests.offer(connection, call.now, of_pending=of_pending, receipt=call.receipt)
    return ConnectionTestAnswer.of(offer)


def _created(connection: Connection) -> Answer:
    path = _ONE.format(organization_id=connection.organization_id, connection_id=connection.id)
    return connection_answer(connection, None, location=path)

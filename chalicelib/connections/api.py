"""The endpoints under /v1/organizations/{organization_id}/connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from chalicelib.connections.model import Connection
from chalicelib.container import current
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.requests import NO_FIELDS, json_bytes, no_fields, page_of, request_of, require_match
from chalicelib.http.responses import json_answer, list_answer, no_content, once

if TYPE_CHECKING:
    from chalicelib.connections.changes import ConnectionChanges

connections = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/connections"
_ONE: Final = f"{_ALL}/{{connection_id}}"


@connections.route(_ALL, methods=["POST"], content_types=["*/*"])
def create(organization_id: str) -> Response:
    """Creates a connection with generated service provider values."""
    from chalicelib.connections.schemas import ConnectionCreate
    from chalicelib.http.schemas import parse_body

    request, container = request_of(connections), current()
    caller = organization_caller(request, organization_id)
    raw = json_bytes(request) or NO_FIELDS
    body = parse_body(ConnectionCreate, raw)
    service, now = container.connections, container.clock()
    made = once(
        request,
        caller.id,
        raw,
        lambda receipt: service.create(
            organization_id, name=body.name, provider=body.provider, now=now, receipt=receipt
        ),
        lambda connection_id: service.get(organization_id, connection_id),
    )
    return render_connection(made, 201, location=_ALL.format(organization_id=organization_id) + f"/{made.id}")


@connections.route(_ALL, methods=["GET"], content_types=["*/*"])
def index(organization_id: str) -> Response:
    """Lists the organization's connections."""
    from chalicelib.connections.schemas import ConnectionAnswer

    request, container = request_of(connections), current()
    organization_caller(request, organization_id)
    limit, after = page_of(request, "conn")
    found = [c for c in container.connections.list(organization_id) if after is None or c.id < after]
    shown = tuple(found[:limit])
    more = shown[-1].id if len(found) > limit else None
    base_url, now = container.settings.base_url, container.clock()
    checks = container.metadata_refresh.last(shown, now)
    return list_answer(shown, more, lambda c: ConnectionAnswer.of(c, base_url, now, checks.get(c.id)))


@connections.route(_ONE, methods=["GET"], content_types=["*/*"])
def show(organization_id: str, connection_id: str) -> Response:
    """Returns a connection."""
    organization_caller(request_of(connections), organization_id)
    return render_connection(current().connections.get(organization_id, connection_id))


@connections.route(_ONE, methods=["PATCH"], content_types=["*/*"])
def change(organization_id: str, connection_id: str) -> Response:
    """Changes a connection."""
    from chalicelib.connections.schemas import ConnectionChange
    from chalicelib.http.schemas import parse_body
    from chalicelib.idp_metadata.input import is_misplaced

    request, container = request_of(connections), current()
    organization_caller(request, organization_id)
    seen = require_current(request, organization_id, connection_id)
    body = parse_body(ConnectionChange, json_bytes(request))
    changes = cast("ConnectionChanges", body.model_dump(exclude_unset=True))
    after = container.connections.change(organization_id, connection_id, changes, seen.version, container.clock())
    return render_connection(after, was_misplaced=is_misplaced(changes))


@connections.route(_ONE, methods=["DELETE"], content_types=["*/*"])
def delete(organization_id: str, connection_id: str) -> Response:
    """Deletes a connection and its certificates."""
    request = request_of(connections)
    organization_caller(request, organization_id)
    seen = require_current(request, organization_id, connection_id)
    current().connections.delete(organization_id, connection_id, seen.version, current().clock())
    return no_content()


@connections.route(f"{_ONE}/disable", methods=["POST"], content_types=["*/*"])
def disable(organization_id: str, connection_id: str) -> Response:
    """Disables a connection."""
    request = request_of(connections)
    organization_caller(request, organization_id)
    no_fields(request)
    container = current()
    return render_connection(container.connections.disable(organization_id, connection_id, container.clock()))


@connections.route(f"{_ONE}/enable", methods=["POST"], content_types=["*/*"])
def enable(organization_id: str, connection_id: str) -> Response:
    """Enables a connection."""
    request = request_of(connections)
    organization_caller(request, organization_id)
    no_fields(request)
    container = current()
    return render_connection(container.connections.enable(organization_id, connection_id, container.clock()))


@connections.route(f"{_ONE}/test", methods=["POST"], content_types=["*/*"])
def offer_test(organization_id: str, connection_id: str) -> Response:
    """Creates a link that starts a test sign-in."""
    from chalicelib.connections.testing_schemas import ConnectionTestAnswer, ConnectionTestBody
    from chalicelib.http.schemas import parse_body

    request, container = request_of(connections), current()
    caller = organization_caller(request, organization_id)
    raw = json_bytes(request) or NO_FIELDS
    body = parse_body(ConnectionTestBody, raw)
    connection, now = container.connections.get(organization_id, connection_id), container.clock()
    of_pending = body.of == "pending" if body.model_fields_set else connection.pending is not None
    tests = container.connection_tests
    offer = once(
        request,
        caller.id,
        raw,
        lambda receipt: tests.offer(connection, now, of_pending=of_pending, receipt=receipt),
        lambda code_sha256: tests.find(code_sha256, now),
    )
    return json_answer(ConnectionTestAnswer.of(offer))


def require_current(request: Request, organization_id: str, connection_id: str, *, exact: bool = False) -> Connection:
    """Returns the connection if it is unchanged since the caller read it (If-Match; see `require_match`).

    Raises:
        PreconditionMissing, Stale: see `require_match`.
        NotFound, NotAllowed, Unavailable: see `Connections.get`.
    """
    connection = current().connections.get(organization_id, connection_id)
    require_match(request, _etag(connection), exact=exact)
    return connection


def _etag(connection: Connection) -> str:
    return f'"{connection.version}"'


def render_connection(
    connection: Connection, status: int = 200, *, location: str | None = None, was_misplaced: bool = False
) -> Response:
    """Renders the connection with its ETag. `was_misplaced`: the caller gave a metadata URL as the SSO URL."""
    from chalicelib.connections.schemas import ConnectionAnswer, metadata_address_warning

    container = current()
    now = container.clock()
    check = container.metadata_refresh.last([connection], now).get(connection.id)
    answer = ConnectionAnswer.of(connection, container.settings.base_url, now, check)
    if was_misplaced and not any(warning.code == "metadata_address" for warning in answer.warnings):
        answer.warnings.append(metadata_address_warning(was_read=True))
    return json_answer(answer, status, etag=_etag(connection), location=location)

"""The import and metadata endpoints under /v1/organizations/{organization_id}/connections/{connection_id}."""

from __future__ import annotations

from typing import Final

from chalicelib.api_keys.callers import Caller
from chalicelib.connections.api import CONNECTION, connection_answer, loaded
from chalicelib.connections.metadata_schemas import Approval, ImportAnswer, ImportBody
from chalicelib.connections.schemas import ConnectionAnswer
from chalicelib.container import current
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer
from chalicelib.http.routing import Call, operation

imports = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/connections/{connection_id}"


@operation(
    imports, "connections.import", "POST", f"{_ONE}/import", auth=CONNECTION, body=ImportBody, answer=ImportAnswer
)
def understand(call: Call[Caller, ImportBody]) -> ImportAnswer:
    """Understand metadata or certificates; save nothing.

    Saves nothing.
    """
    loaded(call)
    return ImportAnswer.of(current().imports.parse(call.body.text, call.body.entity_id, call.now))


@operation(
    imports, "connections.refresh", "POST", f"{_ONE}/refresh", auth=CONNECTION, answer=ConnectionAnswer, etag=True
)
def refresh(call: Call[Caller, None]) -> Answer:
    """Look at a connection's metadata now."""
    at = loaded(call)
    return connection_answer(*current().metadata_refresh.look(at.connection, at.check, call.now))


@operation(
    imports,
    "connections.approve_certificates",
    "POST",
    f"{_ONE}/certificates/approve",
    auth=CONNECTION,
    body=Approval,
    answer=ConnectionAnswer,
    etag=True,
)
def approve(call: Call[Caller, Approval]) -> Answer:
    """Trust certificates that were found in the metadata."""
    at = loaded(call)
    after = current().metadata_refresh.approve(at.connection, at.check, call.body.sha256, call.now)
    return connection_answer(after, at.check)

"""The import and metadata endpoints under /v1/organizations/{organization_id}/connections/{connection_id}."""

from __future__ import annotations

from typing import Final

from chalicelib.api_keys.callers import Caller
from chalicelib.connections.api import connection_answer
from chalicelib.connections.schemas import ConnectionAnswer
from chalicelib.container import current
from chalicelib.http.api_auth import ORGANIZATION
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Answer
from chalicelib.http.routing import Call, operation
from chalicelib.idp_metadata.schemas import Approval, ImportAnswer, ImportBody

imports = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/connections/{connection_id}"


@operation(
    imports, "connections.import", "POST", f"{_ONE}/import", auth=ORGANIZATION, body=ImportBody, answer=ImportAnswer
)
def understand(call: Call[Caller, ImportBody]) -> ImportAnswer:
    """Understand metadata or certificates; save nothing.

    Saves nothing.
    """
    container = current()
    container.connections.get(call.caller.organization.id, call.path["connection_id"])
    return ImportAnswer.of(container.imports.parse(call.body.text, call.body.entity_id, call.now))


@operation(
    imports, "connections.refresh", "POST", f"{_ONE}/refresh", auth=ORGANIZATION, answer=ConnectionAnswer, etag=True
)
def refresh(call: Call[Caller, None]) -> Answer:
    """Look at a connection's metadata now."""
    organization_id, connection_id = call.caller.organization.id, call.path["connection_id"]
    return connection_answer(current().metadata_refresh.look(organization_id, connection_id, call.now))


@operation(
    imports,
    "connections.approve_certificates",
    "POST",
    f"{_ONE}/certificates/approve",
    auth=ORGANIZATION,
    body=Approval,
    answer=ConnectionAnswer,
    etag=True,
)
def approve(call: Call[Caller, Approval]) -> Answer:
    """Trust certificates that were found in the metadata."""
    organization_id, connection_id = call.caller.organization.id, call.path["connection_id"]
    return connection_answer(
        current().metadata_refresh.approve(organization_id, connection_id, call.body.sha256, call.now)
    )

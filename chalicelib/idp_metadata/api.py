"""The import and metadata endpoints under /v1/organizations/{organization_id}/connections/{connection_id}."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.api import render_connection
from chalicelib.container import current
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import json_bytes, no_fields, request_of
from chalicelib.http.responses import json_answer

imports = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}/connections/{connection_id}"


@imports.route(f"{_ONE}/import", methods=["POST"], content_types=["*/*"])
def understand(organization_id: str, connection_id: str) -> Response:
    """Parses a description of an identity provider. Saves nothing."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.idp_metadata.schemas import ImportAnswer, ImportBody

    request, container = request_of(imports), current()
    organization_caller(request, organization_id)
    body = parse_body(ImportBody, json_bytes(request))
    container.connections.get(organization_id, connection_id)
    return json_answer(ImportAnswer.of(container.imports.parse(body.text, body.entity_id, container.clock())))


@imports.route(f"{_ONE}/refresh", methods=["POST"], content_types=["*/*"])
def refresh(organization_id: str, connection_id: str) -> Response:
    """Refreshes the connection's metadata now."""
    request = request_of(imports)
    organization_caller(request, organization_id)
    no_fields(request)
    container = current()
    return render_connection(container.metadata_refresh.look(organization_id, connection_id, container.clock()))


@imports.route(f"{_ONE}/certificates/approve", methods=["POST"], content_types=["*/*"])
def approve(organization_id: str, connection_id: str) -> Response:
    """Trusts certificates that were found in the metadata."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.idp_metadata.schemas import Approval

    request, container = request_of(imports), current()
    organization_caller(request, organization_id)
    body = parse_body(Approval, json_bytes(request))
    return render_connection(
        container.metadata_refresh.approve(organization_id, connection_id, body.sha256, container.clock())
    )

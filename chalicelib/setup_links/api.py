"""The endpoints under /v1/organizations/{organization_id}/setup-links."""

from __future__ import annotations

from typing import Final

from chalicelib.container import current
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import NO_FIELDS, json_bytes, page_of, request_of
from chalicelib.http.responses import json_answer, list_answer, no_content, once
from chalicelib.setup_links.service import NewSetupLink

setup_links = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/setup-links"


@setup_links.route(_ALL, methods=["POST"], content_types=["*/*"])
def create(organization_id: str) -> Response:
    """Creates a setup link. Only this response contains the link."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.setup_links.schemas import NewSetupLinkAnswer, SetupLinkCreate

    request, container = request_of(setup_links), current()
    caller = organization_caller(request, organization_id)
    raw = json_bytes(request) or NO_FIELDS
    body = parse_body(SetupLinkCreate, raw)
    service, now = container.setup_links, container.clock()
    made = once(
        request,
        caller.id,
        raw,
        lambda receipt: service.create(
            organization_id,
            created_by=caller.id,
            now=now,
            connection_id=body.connection_id,
            hours=body.expires_in_hours,
            receipt=receipt,
        ),
        lambda link_id: NewSetupLink(service.get(organization_id, link_id, now), None),
    )
    return json_answer(NewSetupLinkAnswer.from_domain(made, now), 201)


@setup_links.route(_ALL, methods=["GET"], content_types=["*/*"])
def index(organization_id: str) -> Response:
    """Lists the organization's setup links."""
    from chalicelib.setup_links.schemas import SetupLinkAnswer

    request, container = request_of(setup_links), current()
    organization_caller(request, organization_id)
    limit, after = page_of(request, "link")
    now = container.clock()
    page = container.setup_links.page(organization_id, now, limit=limit, after=after)
    return list_answer(page.values, page.after, lambda link: SetupLinkAnswer.of(link, now))


@setup_links.route(f"{_ALL}/{{link_id}}", methods=["DELETE"], content_types=["*/*"])
def revoke(organization_id: str, link_id: str) -> Response:
    """Revokes a link and its guest session immediately."""
    organization_caller(request_of(setup_links), organization_id)
    container = current()
    container.setup_links.revoke(organization_id, link_id, container.clock())
    return no_content()

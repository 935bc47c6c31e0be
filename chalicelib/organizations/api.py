"""/v1 handlers of organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from chalicelib.container import current
from chalicelib.http.api_auth import deployment_key, deployment_key_required, organization_caller, require_may_delete
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.requests import json_bytes, page_of, parameter_of, request_of
from chalicelib.http.responses import json_answer, list_answer, no_content, once

if TYPE_CHECKING:
    from chalicelib.organizations.service import OrganizationChanges

organizations = Blueprint(__name__)

_ONE: Final = "/v1/organizations/{organization_id}"
_WITH_DEPLOYMENT_KEY: Final = frozenset({"external_id", "plan", "domains"})


@organizations.route("/v1/organizations", methods=["POST"], content_types=["*/*"])
def create() -> Response:
    """Creates an organization."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.organizations.schemas import OrganizationAnswer, OrganizationCreate

    request, container = request_of(organizations), current()
    caller = deployment_key(request)
    raw = json_bytes(request)
    body = parse_body(OrganizationCreate, raw)
    service, now = container.organizations, container.clock()
    made = once(
        request,
        caller.id,
        raw,
        lambda receipt: service.create(
            name=body.name,
            plan=body.plan,
            external_id=body.external_id,
            domains=body.domains,
            now=now,
            receipt=receipt,
        ),
        service.get,
    )
    return json_answer(OrganizationAnswer.of(made), 201, location=f"/v1/organizations/{made.id}")


@organizations.route("/v1/organizations", methods=["GET"], content_types=["*/*"])
def index() -> Response:
    """Lists all organizations."""
    from chalicelib.organizations.schemas import OrganizationAnswer

    request = request_of(organizations)
    deployment_key(request)
    limit, after = page_of(request, "org", filters=("external_id", "domain"))
    service = current().organizations
    external_id, domain = parameter_of(request, "external_id"), parameter_of(request, "domain")
    if external_id is not None or domain is not None:
        found = service.search(external_id=external_id, domain=domain)
        return list_answer([o for o in found if after is None or o.id < after], None, OrganizationAnswer.of)
    page = service.page(limit=limit, after=after)
    return list_answer(page.values, page.after, OrganizationAnswer.of)


@organizations.route(_ONE, methods=["GET"], content_types=["*/*"])
def show(organization_id: str) -> Response:
    """Returns an organization."""
    from chalicelib.organizations.schemas import OrganizationAnswer

    organization = organization_caller(request_of(organizations), organization_id).organization
    return json_answer(OrganizationAnswer.of(organization), etag=f'"{organization.version}"')


@organizations.route(_ONE, methods=["PATCH"], content_types=["*/*"])
def change(organization_id: str) -> Response:
    """Changes some fields; external ID, plan and domains need a deployment key."""
    from chalicelib.http.schemas import parse_body
    from chalicelib.organizations.schemas import OrganizationAnswer, OrganizationChange

    request, container = request_of(organizations), current()
    caller = organization_caller(request, organization_id)
    body = parse_body(OrganizationChange, json_bytes(request))
    if not caller.has_deployment_key and body.model_fields_set & _WITH_DEPLOYMENT_KEY:
        raise deployment_key_required()
    changes = cast("OrganizationChanges", body.model_dump(exclude_unset=True))
    changed = container.organizations.change(organization_id, changes, container.clock())
    return json_answer(OrganizationAnswer.of(changed), etag=f'"{changed.version}"')


@organizations.route(_ONE, methods=["DELETE"], content_types=["*/*"])
def delete(organization_id: str) -> Response:
    """Deletes an organization. Returns 204 when the deletion is complete, or 202 to repeat the request."""
    request, container = request_of(organizations), current()
    require_may_delete(request, organization_id)
    is_gone = container.organizations.delete(organization_id, container.clock())
    return no_content() if is_gone else Response({}, status_code=202, headers={"Content-Type": "application/json"})

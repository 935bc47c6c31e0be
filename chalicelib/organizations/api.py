"""/v1 handlers of organizations."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from chalicelib.api_keys.callers import Caller, deployment_key_required
from chalicelib.api_keys.model import ApiKey
from chalicelib.container import current
from chalicelib.http.api_auth import DELETION, DEPLOYMENT_KEY, ORGANIZATION
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.responses import Answer, Listing
from chalicelib.http.routing import TEXT, Call, operation
from chalicelib.organizations.model import Organization
from chalicelib.organizations.schemas import OrganizationAnswer, OrganizationChange, OrganizationCreate
from chalicelib.organizations.service import OrganizationChanges

organizations = Blueprint(__name__)

_ALL: Final = "/v1/organizations"
_ONE: Final = f"{_ALL}/{{organization_id}}"
_WITH_DEPLOYMENT_KEY: Final = frozenset({"external_id", "plan", "domains"})

_Create: TypeAlias = Call[ApiKey, OrganizationCreate]


@operation(
    organizations,
    "organizations.list",
    "GET",
    _ALL,
    auth=DEPLOYMENT_KEY,
    items=OrganizationAnswer,
    cursor="org",
    query={"external_id": TEXT, "domain": TEXT},
)
def index(call: Call[ApiKey, None]) -> Listing:
    """List organizations."""
    service, after = current().organizations, call.after
    external_id, domain = call.query.get("external_id"), call.query.get("domain")
    if external_id is not None or domain is not None:
        found = service.search(external_id=external_id, domain=domain)
        return Listing(OrganizationAnswer.of(each) for each in found if after is None or each.id < after)
    page = service.page(limit=call.limit, after=after)
    return Listing(map(OrganizationAnswer.of, page.values), page.after)


def _repeat_create(_call: _Create, organization_id: str) -> Answer:
    return _created(current().organizations.get(organization_id))


@operation(
    organizations,
    "organizations.create",
    "POST",
    _ALL,
    auth=DEPLOYMENT_KEY,
    body=OrganizationCreate,
    answer=OrganizationAnswer,
    success=201,
    idempotent=_repeat_create,
)
def create(call: _Create) -> Answer:
    """Create an organization."""
    body = call.body
    made = current().organizations.create(
        name=body.name,
        plan=body.plan,
        external_id=body.external_id,
        domains=body.domains,
        now=call.now,
        receipt=call.receipt,
    )
    return _created(made)


@operation(organizations, "organizations.get", "GET", _ONE, auth=ORGANIZATION, answer=OrganizationAnswer, etag=True)
def show(call: Call[Caller, None]) -> Answer:
    """Get an organization."""
    return _answer(call.caller.organization)


@operation(
    organizations,
    "organizations.update",
    "PATCH",
    _ONE,
    auth=ORGANIZATION,
    body=OrganizationChange,
    answer=OrganizationAnswer,
    etag=True,
)
def change(call: Call[Caller, OrganizationChange]) -> Answer:
    """Change an organization."""
    body = call.body
    if not call.caller.has_deployment_key and body.model_fields_set & _WITH_DEPLOYMENT_KEY:
        raise deployment_key_required()
    changes = cast("OrganizationChanges", body.model_dump(exclude_unset=True))
    return _answer(current().organizations.change(call.caller.organization.id, changes, call.now))


@operation(organizations, "organizations.delete", "DELETE", _ONE, auth=DELETION, other_status=202)
def delete(call: Call[None, None]) -> Response | None:
    """Delete an organization (202: repeat to go on).

    Returns 204 when the deletion is complete, or 202 to repeat the request.
    """
    if current().organizations.delete(call.path["organization_id"], call.now):
        return None
    return Response({}, status_code=202, headers={"Content-Type": "application/json"})


def _answer(organization: Organization) -> Answer:
    return Answer(OrganizationAnswer.of(organization), organization.version)


def _created(organization: Organization) -> Answer:
    return Answer(OrganizationAnswer.of(organization), location=f"{_ALL}/{organization.id}")

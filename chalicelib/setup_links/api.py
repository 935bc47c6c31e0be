"""The endpoints under /v1/organizations/{organization_id}/setup-links."""

from __future__ import annotations

from typing import Final, TypeAlias

from chalicelib.api_keys.callers import Caller
from chalicelib.container import current
from chalicelib.http.api_auth import ORGANIZATION
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Listing
from chalicelib.http.routing import Call, operation
from chalicelib.setup_links.schemas import NewSetupLinkAnswer, SetupLinkAnswer, SetupLinkCreate
from chalicelib.setup_links.service import NewSetupLink

setup_links = Blueprint(__name__)

_ALL: Final = "/v1/organizations/{organization_id}/setup-links"

_Create: TypeAlias = Call[Caller, SetupLinkCreate]


@operation(setup_links, "setup_links.list", "GET", _ALL, auth=ORGANIZATION, items=SetupLinkAnswer, cursor="link")
def index(call: Call[Caller, None]) -> Listing:
    """List setup links."""
    page = current().setup_links.page(call.caller.organization.id, call.now, limit=call.limit, after=call.after)
    return Listing((SetupLinkAnswer.of(link, call.now) for link in page.values), page.after)


def _repeat_create(call: _Create, link_id: str) -> NewSetupLinkAnswer:
    link = current().setup_links.get(call.caller.organization.id, link_id, call.now)
    return NewSetupLinkAnswer.from_domain(NewSetupLink(link, None), call.now)


@operation(
    setup_links,
    "setup_links.create",
    "POST",
    _ALL,
    auth=ORGANIZATION,
    body=SetupLinkCreate,
    answer=NewSetupLinkAnswer,
    success=201,
    idempotent=_repeat_create,
)
def create(call: _Create) -> NewSetupLinkAnswer:
    """Create a setup link.

    Only this response contains the link.
    """
    made = current().setup_links.create(
        call.caller.organization.id,
        created_by=call.caller.id,
        now=call.now,
        connection_id=call.body.connection_id,
        hours=call.body.expires_in_hours,
        receipt=call.receipt,
    )
    return NewSetupLinkAnswer.from_domain(made, call.now)


@operation(setup_links, "setup_links.revoke", "DELETE", f"{_ALL}/{{link_id}}", auth=ORGANIZATION)
def revoke(call: Call[Caller, None]) -> None:
    """Revoke a setup link and the guest session that came of it."""
    current().setup_links.revoke(call.caller.organization.id, call.path["link_id"], call.now)

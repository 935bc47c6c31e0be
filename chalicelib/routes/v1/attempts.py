"""Sign-in attempts, of an organization or of one of its connections."""

from __future__ import annotations

from typing import Final

from chalice.app import Blueprint, Response

from chalicelib.container import current
from chalicelib.routes.caller import organization_caller
from chalicelib.routes.request import request_of
from chalicelib.routes.request_body import page_of
from chalicelib.routes.v1.answers import list_answer, unversioned_answer

attempts = Blueprint(__name__)

_FILTERS: Final = ("email", "result", "code", "from", "to")
_OF_ORGANIZATION: Final = "/v1/organizations/{organization_id}/sign-in-attempts"
_OF_CONNECTION: Final = "/v1/organizations/{organization_id}/connections/{connection_id}/sign-in-attempts"


@attempts.route(_OF_ORGANIZATION, methods=["GET"], content_types=["*/*"])
def of_organization(organization_id: str) -> Response:
    """The attempts of all connections."""
    return _page(organization_id, None)


@attempts.route(_OF_CONNECTION, methods=["GET"], content_types=["*/*"])
def of_connection(organization_id: str, connection_id: str) -> Response:
    """The attempts of one connection."""
    return _page(organization_id, connection_id)


@attempts.route(f"{_OF_ORGANIZATION}/{{attempt_id}}", methods=["GET"], content_types=["*/*"])
def one_of_organization(organization_id: str, attempt_id: str) -> Response:
    """One attempt."""
    return _one(organization_id, None, attempt_id)


@attempts.route(f"{_OF_CONNECTION}/{{attempt_id}}", methods=["GET"], content_types=["*/*"])
def one_of_connection(organization_id: str, connection_id: str, attempt_id: str) -> Response:
    """One attempt."""
    return _one(organization_id, connection_id, attempt_id)


def _page(organization_id: str, connection_id: str | None) -> Response:
    from chalicelib.routes.models.attempt import AttemptAnswer

    request, container = request_of(attempts), current()
    organization = organization_caller(request, organization_id).organization
    limit, after = page_of(request, "att", filters=_FILTERS)
    now = container.clock()
    page = container.attempts.page(organization, connection_id, now, limit=limit, after=after)
    return list_answer(page.values, page.after, AttemptAnswer.of)


def _one(organization_id: str, connection_id: str | None, attempt_id: str) -> Response:
    from chalicelib.routes.models.attempt import AttemptAnswer

    container = current()
    organization = organization_caller(request_of(attempts), organization_id).organization
    attempt = container.attempts.get(organization, connection_id, attempt_id, container.clock())
    return unversioned_answer(AttemptAnswer.of(attempt))

"""/v1 handlers of sign-in attempts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.container import current
from chalicelib.errors import FieldError, Invalid
from chalicelib.http.api_auth import organization_caller
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.requests import page_of, request_of
from chalicelib.http.responses import list_answer, unversioned_answer
from chalicelib.moment import parse_moment
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import AttemptResult
from chalicelib.users.email_address import canonical_address

attempts = Blueprint(__name__)

_FILTERS: Final = ("email", "result", "code", "from", "to")
_OF_ORGANIZATION: Final = "/v1/organizations/{organization_id}/sign-in-attempts"
_OF_CONNECTION: Final = "/v1/organizations/{organization_id}/connections/{connection_id}/sign-in-attempts"


@attempts.route(_OF_ORGANIZATION, methods=["GET"], content_types=["*/*"])
def of_organization(organization_id: str) -> Response:
    """Lists the attempts of all connections."""
    return _list(organization_id, None)


@attempts.route(_OF_CONNECTION, methods=["GET"], content_types=["*/*"])
def of_connection(organization_id: str, connection_id: str) -> Response:
    """Lists the attempts of one connection."""
    return _list(organization_id, connection_id)


@attempts.route(f"{_OF_ORGANIZATION}/{{attempt_id}}", methods=["GET"], content_types=["*/*"])
def one_of_organization(organization_id: str, attempt_id: str) -> Response:
    """Returns an attempt of any connection."""
    return _show(organization_id, None, attempt_id)


@attempts.route(f"{_OF_CONNECTION}/{{attempt_id}}", methods=["GET"], content_types=["*/*"])
def one_of_connection(organization_id: str, connection_id: str, attempt_id: str) -> Response:
    """Returns an attempt of one connection."""
    return _show(organization_id, connection_id, attempt_id)


def _list(organization_id: str, connection_id: str | None) -> Response:
    from chalicelib.sign_in_attempts.schemas import AttemptAnswer

    request, container = request_of(attempts), current()
    organization = organization_caller(request, organization_id).organization
    limit, after = page_of(request, "att", filters=_FILTERS)
    wanted, now = _parse_filter(request), container.clock()
    page = container.attempts.search(organization, connection_id, wanted, now, limit=limit, after=after)
    return list_answer(page.values, page.after, AttemptAnswer.of)


def _parse_filter(request: Request) -> AttemptFilter:
    query: Mapping[str, str] = request.query_params or {}
    errors: list[FieldError] = []
    result, code, email = query.get("result"), query.get("code"), query.get("email")
    if result is not None and result not in set(AttemptResult):
        errors.append(FieldError("/result", "invalid_value", "`result` is succeeded or refused."))
    if code is not None and code not in set(RefusalCode):
        errors.append(FieldError("/code", "invalid_value", "There is no such refusal code."))
    if email is not None and canonical_address(email) is None:
        errors.append(FieldError("/email", "invalid_email", "`email` is a whole e-mail address."))
    moments = {name: parse_moment(query[name]) for name in ("from", "to") if name in query}
    for name, moment in moments.items():
        if moment is None:
            errors.append(FieldError(f"/{name}", "invalid_value", f"`{name}` is a time like 2026-11-23T09:00:00Z."))
    if errors:
        raise Invalid("invalid_request", "Some filters can't be used; see `errors`.", errors=tuple(errors))
    return AttemptFilter(
        result=AttemptResult(result) if result else None,
        code=code or "",
        email=email or "",
        since=moments.get("from"),
        until=moments.get("to"),
    )


def _show(organization_id: str, connection_id: str | None, attempt_id: str) -> Response:
    from chalicelib.sign_in_attempts.schemas import AttemptAnswer

    container = current()
    organization = organization_caller(request_of(attempts), organization_id).organization
    attempt = container.attempts.get(organization, connection_id, attempt_id, container.clock())
    return unversioned_answer(AttemptAnswer.of(attempt))

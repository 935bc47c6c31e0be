"""/v1 handlers of sign-in attempts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from chalicelib.api_keys.callers import Caller
from chalicelib.container import current
from chalicelib.errors import FieldError, Invalid
from chalicelib.http.api_auth import ORGANIZATION
from chalicelib.http.framework import Blueprint
from chalicelib.http.responses import Listing
from chalicelib.http.routing import TEXT, TIME, Call, operation
from chalicelib.i18n.message import message
from chalicelib.moment import parse_moment
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in_attempts.filter import AttemptFilter
from chalicelib.sign_in_attempts.model import AttemptResult
from chalicelib.sign_in_attempts.schemas import AttemptAnswer
from chalicelib.users.email_address import canonical_address

attempts = Blueprint(__name__)

_FILTERS: Final = {"email": TEXT, "result": TEXT, "code": TEXT, "from": TIME, "to": TIME}
_ORGANIZATION: Final = "/v1/organizations/{organization_id}"
_OF_ORGANIZATION: Final = f"{_ORGANIZATION}/sign-in-attempts"
_OF_CONNECTION: Final = f"{_ORGANIZATION}/connections/{{connection_id}}/sign-in-attempts"

_Call: TypeAlias = Call[Caller, None]


@operation(
    attempts,
    "sign_in_attempts.list",
    "GET",
    _OF_ORGANIZATION,
    auth=ORGANIZATION,
    items=AttemptAnswer,
    cursor="att",
    query=_FILTERS,
)
def of_organization(call: _Call) -> Listing:
    """List sign-in attempts."""
    return _list(call)


@operation(
    attempts,
    "connections.list_sign_in_attempts",
    "GET",
    _OF_CONNECTION,
    auth=ORGANIZATION,
    items=AttemptAnswer,
    cursor="att",
    query=_FILTERS,
)
def of_connection(call: _Call) -> Listing:
    """List a connection's sign-in attempts."""
    return _list(call)


@operation(
    attempts,
    "sign_in_attempts.get",
    "GET",
    f"{_OF_ORGANIZATION}/{{attempt_id}}",
    auth=ORGANIZATION,
    answer=AttemptAnswer,
    etag=True,
)
def one_of_organization(call: _Call) -> AttemptAnswer:
    """Get a sign-in attempt."""
    return _one(call)


@operation(
    attempts,
    "connections.get_sign_in_attempt",
    "GET",
    f"{_OF_CONNECTION}/{{attempt_id}}",
    auth=ORGANIZATION,
    answer=AttemptAnswer,
    etag=True,
)
def one_of_connection(call: _Call) -> AttemptAnswer:
    """Get a connection's sign-in attempt."""
    return _one(call)


def _list(call: _Call) -> Listing:
    organization, connection_id, wanted = call.caller.organization, call.path.get("connection_id"), _filter(call.query)
    page = current().attempts.search(organization, connection_id, wanted, call.now, limit=call.limit, after=call.after)
    return Listing(map(AttemptAnswer.of, page.values), page.after)


def _one(call: _Call) -> AttemptAnswer:
    organization, connection_id = call.caller.organization, call.path.get("connection_id")
    return AttemptAnswer.of(current().attempts.get(organization, connection_id, call.path["attempt_id"], call.now))


def _filter(query: Mapping[str, str]) -> AttemptFilter:
    errors: list[FieldError] = []
    result, code, email = query.get("result"), query.get("code"), query.get("email")
    if result is not None and result not in set(AttemptResult):
        errors.append(FieldError("/result", "invalid_value", message("problem.field.result")))
    if code is not None and code not in set(RefusalCode):
        errors.append(FieldError("/code", "invalid_value", message("problem.field.code")))
    if email is not None and canonical_address(email) is None:
        errors.append(FieldError("/email", "invalid_email", message("problem.field.email_filter")))
    moments = {name: parse_moment(query[name]) for name in ("from", "to") if name in query}
    for name, moment in moments.items():
        if moment is None:
            errors.append(FieldError(f"/{name}", "invalid_value", message("problem.field.time", name=name)))
    if errors:
        raise Invalid("invalid_request", message("problem.invalid_request.filters"), errors=tuple(errors))
    return AttemptFilter(
        result=AttemptResult(result) if result else None,
        code=code or "",
        email=email or "",
        since=moments.get("from"),
        until=moments.get("to"),
    )

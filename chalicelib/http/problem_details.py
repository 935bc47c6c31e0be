"""Converts errors to HTTP: the status of each class of `errors.py`, and RFC 9457 problem documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from chalicelib import errors
from chalicelib.container import current
from chalicelib.errors import FieldError, SsoError
from chalicelib.http.framework import Request, Response
from chalicelib.http.problem_types import PROBLEM_TYPES
from chalicelib.i18n.catalog import in_english

PROBLEM_JSON: Final = "application/problem+json"

STATUSES: Final[dict[type[SsoError], int]] = {
    errors.Unreadable: 400,
    errors.WrongContentType: 415,
    errors.Invalid: 422,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.WrongMethod: 405,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.PreconditionMissing: 428,
    errors.TooManyRequests: 429,
    errors.SignInRefused: 403,
    errors.Unavailable: 503,
}
"""The status of each class; an unlisted subclass has its parent's."""

STATUSES_BY_CODE: Final[dict[str, int]] = {
    "body_too_large": 413,
    "saml_malformed": 400,
    "saml_too_large": 400,
    "temporarily_unavailable": 503,
}
"""Codes whose status differs from that of their class."""

_IN_PROGRESS_RETRY_SECONDS: Final = "1"
"""A request is normally done by then; an interrupted one holds its lease longer."""

_CODES_OF_CHALICE: Final[dict[int, str]] = {
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
    500: "internal_error",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, to be rendered as JSON or as a page."""

    status: int
    code: str
    detail: str
    request_id: str
    errors: tuple[FieldError, ...] = ()
    headers: dict[str, Any] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title of its type."""
        return PROBLEM_TYPES[self.code].title


class Refusals(Protocol):
    """Presents refused sign-ins."""

    def refusal_members(self, error: errors.SignInRefused) -> tuple[str, dict[str, Any]]:
        """Returns detail and extension members of the problem document."""

    def refusal_page(self, problem: Problem, error: errors.SignInRefused, request: Request) -> Response:
        """Renders the page."""


def status_of(error: SsoError) -> int:
    """Returns the HTTP status of an error."""
    if error.code in STATUSES_BY_CODE:
        return STATUSES_BY_CODE[error.code]
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem_of(error: SsoError, request_id: str) -> Problem:
    """Converts an error."""
    found = error.errors if isinstance(error, errors.Invalid) else ()
    detail, members = in_english(error.public), dict[str, Any]()
    if isinstance(error, errors.SignInRefused):
        detail, members = current().refusals.refusal_members(error)
    return Problem(status_of(error), error.code, detail, request_id, found, _headers_of(error), members)


def problem_of_chalice(status: int, message: str, headers: dict[str, Any], request_id: str) -> Problem:
    """Converts an error response of the framework. An internal error reveals no details."""
    code = _CODES_OF_CHALICE.get(status, "bad_request" if status < 500 else "internal_error")
    detail = PROBLEM_TYPES[code].explanation if status >= 500 else message
    kept = {name: value for name, value in headers.items() if name.lower() == "allow"}
    return Problem(status, code, detail, request_id, headers=kept)


def problem_document(problem: Problem, base_url: str) -> dict[str, Any]:
    """Returns the problem document (RFC 9457 section 3), with `code`, `request_id` and `errors` as extension
    members.
    """
    body: dict[str, Any] = {
        "type": f"{base_url}/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": problem.request_id,
        **problem.members,
    }
    if problem.errors:
        body["errors"] = [
            {"pointer": e.pointer, "code": e.code, "detail": in_english(e.detail)} for e in problem.errors
        ]
    return body


def problem_json(problem: Problem) -> Response:
    """Renders the problem document."""
    body = problem_document(problem, current().settings.base_url)
    return Response(body, status_code=problem.status, headers={"Content-Type": PROBLEM_JSON, **problem.headers})


def _headers_of(error: SsoError) -> dict[str, str]:
    if isinstance(error, errors.NotSignedIn):
        return {"WWW-Authenticate": 'Bearer realm="gatehouse"'}
    if isinstance(error, errors.WrongMethod):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, errors.TooManyRequests | errors.Unavailable):
        return {"Retry-After": str(error.retry_after)}
    if error.code == "idempotency_key_in_flight":
        return {"Retry-After": _IN_PROGRESS_RETRY_SECONDS}
    return {}

"""Gateway responses: errors that API Gateway answers itself, in the application's format and with its headers.

They are part of the API's definition, so that they are in force from the moment that it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.errors import NotFound
from chalicelib.http.problem_details import PROBLEM_JSON, Problem, problem_document, problem_of
from chalicelib.http.problem_types import PROBLEM_TYPES
from chalicelib.http.security_headers import security_headers
from chalicelib.settings import Settings

_REQUEST_ID: Final = "$context.requestId"
_RETRY_AFTER: Final = "5"
_BUSY: Final = "Gatehouse can't answer right now. Try again in a few seconds."
_UNKNOWN_PATH: Final = (
    "ACCESS_DENIED",
    "EXPIRED_TOKEN",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "RESOURCE_NOT_FOUND",
    "UNAUTHORIZED",
)
"""No route uses an API Gateway authorizer, so each of these means that the path doesn't exist."""

_NOT_ANSWERED: Final = ("DEFAULT_5XX", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT")
"""Lambda turned the request away, which a REST API answers as a server error, or did not answer in time. The request
can be repeated: it never arrived, or it is one transaction."""


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """One of API Gateway's own answers."""

    kind: str
    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    def definition(self) -> dict[str, Any]:
        """As a member of `x-amazon-apigateway-gateway-responses`."""
        return {
            "statusCode": str(self.status),
            "responseParameters": self.parameters(),
            "responseTemplates": {"application/json": json.dumps(self.body)},
        }

    def parameters(self) -> dict[str, str]:
        """As API Gateway wants headers: constants in single quotes."""
        constants = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in self.headers.items()}
        return {**constants, "gatewayresponse.header.X-Request-Id": _REQUEST_ID.removeprefix("$")}


def gateway_responses(base_url: str) -> tuple[GatewayResponse, ...]:
    """Every answer that API Gateway may give for this deployment."""
    unknown = problem_of(NotFound(), _REQUEST_ID)
    wait = {"Retry-After": _RETRY_AFTER}
    busy = Problem(503, "temporarily_unavailable", _BUSY, _REQUEST_ID, headers=wait)
    problems = {
        **dict.fromkeys(_UNKNOWN_PATH, unknown),
        "DEFAULT_4XX": _problem(400, "bad_request"),
        **dict.fromkeys(_NOT_ANSWERED, busy),
        "QUOTA_EXCEEDED": _problem(429, "too_many_requests", wait),
        "REQUEST_TOO_LARGE": _problem(413, "body_too_large"),
        "THROTTLED": _problem(429, "too_many_requests", wait),
        "UNSUPPORTED_MEDIA_TYPE": _problem(415, "unsupported_media_type"),
    }
    return tuple(_response(kind, problem, base_url) for kind, problem in problems.items())


def _problem(status: int, code: str, headers: dict[str, str] | None = None) -> Problem:
    return Problem(status, code, PROBLEM_TYPES[code].explanation, _REQUEST_ID, headers=headers or {})


def _response(kind: str, problem: Problem, base_url: str) -> GatewayResponse:
    headers = {
        **security_headers(Settings(base_url)),
        "Vary": "Accept",
        "Content-Type": PROBLEM_JSON,
        **problem.headers,
    }
    # A constant can't hold a quote. An empty source list allows what 'none' allows: nothing (CSP Level 3, 6.7.2.5).
    unquoted = {name: value.replace(" 'none'", "") for name, value in headers.items()}
    return GatewayResponse(kind, problem.status, unquoted, problem_document(problem, base_url))

"""HTTP to and from a function as REST APIs do it ("Lambda proxy integration", event format 1.0)."""

from __future__ import annotations

import base64
import gzip
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.support.lambda_emulator.template import Match, Template

ACCOUNT: Final = "123456789012"
API: Final = "a1b2c3d4e5"
_NOT_FORWARDED: Final = {"connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
_RENAMED: Final = {"connection", "content-length", "date", "server", "transfer-encoding", "www-authenticate"}
"""API Gateway drops these of a function's headers or gives them another name."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response. A header may occur several times (`Set-Cookie`)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A request from the wire; headers as they were written, in their order."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str

    def header(self, name: str) -> str:
        """The last of this name, or ""."""
        return next((value for known, value in reversed(self.headers) if known.lower() == name), "")


def event_of(request: Request, match: Match, template: Template) -> dict[str, Any]:
    """Builds the function's event. Headers keep their case; for a repeated one, `headers` has the last value."""
    headers = [(name, value) for name, value in request.headers if name.lower() not in _NOT_FORWARDED]
    query = parse_qsl(request.query, keep_blank_values=True)
    kind = request.header("content-type").partition(";")[0].strip().lower()
    binary = kind in template.binary_types
    body = base64.b64encode(request.body).decode() if binary else request.body.decode(errors="replace")
    return {
        "resource": match.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(headers) or None,
        "multiValueHeaders": _every(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _every(query),
        "pathParameters": dict(match.parameters) or None,
        "stageVariables": None,
        "requestContext": _context(request, match, template),
        "body": body if request.body else None,
        "isBase64Encoded": binary and bool(request.body),
    }


def reply_of(payload: bytes, request: Request, template: Template) -> Reply:
    """Builds the client's response from the function's result; 502 if the result has the wrong format."""
    try:
        answer = json.loads(payload)
        status = int(answer["statusCode"])
        headers = _response_headers(answer)
        body = answer.get("body") or ""
        octets = body.encode()
    except (ValueError, TypeError, KeyError, AttributeError):
        return refusal(HTTPStatus.BAD_GATEWAY, "Internal server error")
    accepted = request.header("accept").partition(",")[0].partition(";")[0].strip().lower()
    if answer.get("isBase64Encoded") and accepted in template.binary_types:
        octets = base64.b64decode(body)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    if "gzip" in request.header("accept-encoding") and len(octets) >= template.compressed_from:
        octets = gzip.compress(octets, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return Reply(status, tuple(headers), octets)


def refusal(status: HTTPStatus, message: str) -> Reply:
    """A response of API Gateway itself."""
    return Reply(status, (("Content-Type", "application/json"),), json.dumps({"message": message}).encode())


def _every(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found or None


def _response_headers(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    several = answer.get("multiValueHeaders") or {}
    pairs = [(name, value) for name, values in several.items() for value in values]
    single = (answer.get("headers") or {}).items()
    pairs += [(name, str(value)) for name, value in single if name not in several]
    return [(name, value) for name, value in pairs if name.lower() not in _RENAMED]


def _context(request: Request, match: Match, template: Template) -> dict[str, Any]:
    identifier, now = str(uuid.uuid4()), time.time()
    return {
        "accountId": ACCOUNT,
        "apiId": API,
        "domainName": request.header("host").partition(":")[0],
        "extendedRequestId": identifier,
        "httpMethod": request.method,
        "identity": {"sourceIp": request.source_ip, "userAgent": request.header("user-agent") or None},
        "path": f"/{template.stage}{request.path}",
        "protocol": "HTTP/1.1",
        "requestId": identifier,
        "requestTimeEpoch": int(now * 1000),
        "resourceId": API,
        "resourcePath": match.resource,
        "stage": template.stage,
    }

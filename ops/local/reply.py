"""HTTP responses, and those that the server itself creates."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. A header may stand in it several times (`Set-Cookie`)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, response: dict[str, Any]) -> Self:
        """Converts a Lambda function's result into the HTTP response that API Gateway would send."""
        single = [(name, value) for name, value in (response.get("headers") or {}).items()]
        several = [(name, v) for name, values in (response.get("multiValueHeaders") or {}).items() for v in values]
        body = response.get("body") or ""
        raw = base64.b64decode(body) if response.get("isBase64Encoded") else _bytes(body)
        headers = [*single, *several]
        if raw and not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "application/json"))  # what API Gateway adds
        return cls(response["statusCode"], tuple(headers), raw)


def problem(status: HTTPStatus, code: str, detail: str) -> Reply:
    """A problem (RFC 9457) about something that never reaches the app; behind API Gateway its own answers say it."""
    document = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail, "code": code}
    return Reply(status, (("Content-Type", "application/problem+json"),), json.dumps(document).encode())


def _bytes(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode()

"""Emulates API Gateway: turns an HTTP request into a Lambda event, and the function's result into an HTTP response."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalice.app import Chalice
from chalice.local import CustomLocalChalice, LambdaContext, LambdaEventConverter, LocalChalice, RouteMatcher
from werkzeug import Response

_SECONDS: Final = 29
"""API Gateway gives up on a function then."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request from the wire.

    Attributes:
        path: path and query, as sent.
        source_ip: the client's address, from the socket and never from a header.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str


class Gateway:
    """Calls `app` as API Gateway calls its Lambda function, in as many threads as wanted."""

    def __init__(self, app: Chalice) -> None:
        # As chalice.local does it: the app keeps its current request in an attribute, which threads must not share.
        if not isinstance(app, CustomLocalChalice):
            CustomLocalChalice.__bases__ = (LocalChalice, app.__class__)
            app.__class__ = CustomLocalChalice
        self._app = app
        self._routes = RouteMatcher(list(app.routes))
        self._events = LambdaEventConverter(self._routes)
        self._binary = {kind.lower() for kind in app.api.binary_types}

    def route(self, path: str) -> str | None:
        """The route template that `path` falls under, None for an unknown path."""
        try:
            template: str = self._routes.match_route(path).route
        except ValueError:
            return None
        return template

    def answer(self, incoming: Incoming) -> Response:
        """Returns the app's response.

        Raises:
            ValueError: no route has this path.
        """
        context = LambdaContext("gatehouse", 512, max_runtime_ms=_SECONDS * 1000)
        event = self._event(incoming, str(uuid.uuid4()))
        return http_response(self._app(event, context))

    def _event(self, incoming: Incoming, request_id: str) -> dict[str, Any]:
        event: dict[str, Any] = self._events.create_lambda_event(
            incoming.method, incoming.path, dict(incoming.headers), None
        )
        event["requestContext"] |= {"requestId": request_id, "stage": "local"}
        event["requestContext"]["identity"] |= {"sourceIp": incoming.source_ip}
        kind = event["headers"].get("content-type", "").partition(";")[0].strip().lower()
        if kind in self._binary:
            event |= {"body": base64.b64encode(incoming.body).decode(), "isBase64Encoded": True}
        elif incoming.body:
            event["body"] = incoming.body.decode(errors="replace")
        return event


def http_response(result: Mapping[str, Any]) -> Response:
    """Converts a Lambda function's result into the HTTP response that API Gateway would send."""
    single = list((result.get("headers") or {}).items())
    several = [(name, value) for name, values in (result.get("multiValueHeaders") or {}).items() for value in values]
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body
    response = Response(content, result["statusCode"], content_type="application/json" if content else None)
    for name, value in [*single, *several]:
        if name.lower() == "content-type":
            response.headers.set(name, value)
        else:
            response.headers.add(name, value)
    return response

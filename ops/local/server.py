"""The local run's server: Chalice's event machinery behind HTTP.

`chalice local` takes 44 ms per request (Nagle's algorithm), sends bodies in response to HEAD, ignores chunked bodies
and responds to an unknown path with 403. The deployed product does none of that.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from chalice.app import Chalice
from chalice.app import Response as ChaliceResponse
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException

from chalicelib.http.method_not_allowed import METHODS
from ops.local.gateway import Gateway, Incoming, http_response
from ops.local.web_server import ADDRESS, WebServer

MAX_BODY_LENGTH: Final = 10 * 1024 * 1024
"""In bytes; API Gateway's limit."""


class LocalServer(WebServer):
    """Serves `app` on http://localhost:`port`.

    Args:
        unknown_path: returns the response to a path without a route, given that path and the headers under lower-case
            names.
        log: gets one line per request, without query, path values or other possible secrets.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        app: Chalice,
        port: int,
        unknown_path: Callable[[str, Mapping[str, str]], ChaliceResponse],
        log: Callable[[str], None],
    ) -> None:
        self.gateway = Gateway(app)
        self.unknown_path = unknown_path
        self.write_log = log
        super().__init__(port, self._logged, MAX_BODY_LENGTH)
        self.base_url = f"http://localhost:{self.port}"

    def _logged(self, request: Request) -> Response:
        began = time.perf_counter()
        response = self._refuse(request) or self._answer_request(request)
        template = self.gateway.route(_target(request)) or "(unknown path)"
        milliseconds = (time.perf_counter() - began) * 1000
        self.write_log(f"{request.method:6} {template} {response.status_code} {milliseconds:.0f} ms")
        return response

    def _refuse(self, request: Request) -> Response | None:
        """Redirects to the one address of the pages, so that cookies meet, and refuses other names (DNS rebinding)."""
        host = request.host.rpartition(":")[0] or request.host
        if host not in ("localhost", ADDRESS) or not _target(request).startswith("/"):
            return _problem(HTTPStatus.MISDIRECTED_REQUEST, "wrong_host", f"Ask {self.base_url}.")
        if host == ADDRESS and request.method in ("GET", "HEAD"):
            return Response(
                status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": self.base_url + _target(request)}
            )
        if request.method not in METHODS:
            refusal = _problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", f"{request.method} is not served.")
            refusal.headers["Allow"] = ", ".join(METHODS)
            return refusal
        return None

    def _answer_request(self, request: Request) -> Response:
        path, headers = _target(request), {name.lower(): value for name, value in request.headers}
        try:
            body = request.get_data()
            if self.gateway.route(path) is None:
                return http_response(self.unknown_path(path.partition("?")[0], headers).to_dict())
            return self.gateway.answer(Incoming(request.method, path, headers, body, str(request.remote_addr)))
        except HTTPException as error:
            return _problem(HTTPStatus(error.code or 400), "bad_request", str(error.description))
        except Exception:  # noqa: BLE001 - behind API Gateway a function that crashes is a 502
            traceback.print_exc()
            return _problem(HTTPStatus.BAD_GATEWAY, "crashed", "The app crashed; its trace is in the terminal.")


def _target(request: Request) -> str:
    """Returns path and query as sent."""
    return str(request.environ["RAW_URI"])


def _problem(status: HTTPStatus, code: str, detail: str) -> Response:
    """Returns a problem (RFC 9457) about a request that doesn't reach the app."""
    document: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status, "code": code}
    return Response(json.dumps(document | {"detail": detail}), status, content_type="application/problem+json")

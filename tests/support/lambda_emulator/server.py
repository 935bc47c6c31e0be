"""API Gateway's part over HTTPS: routes, the stage's prefix, limits."""

from __future__ import annotations

import concurrent.futures
import ssl
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tests.support.lambda_emulator.lambda_function import FunctionFailed, LambdaFunction, PayloadTooLarge
from tests.support.lambda_emulator.proxy_event import Reply, Request, event_of, refusal, reply_of
from tests.support.lambda_emulator.template import Template

MAX_BODY: Final = 10_485_760
"""Bytes of a request (API Gateway quotas for REST APIs, "Payload size")."""

TIMEOUT_SECONDS: Final = 29.0
"""Until API Gateway gives up on a function ("Integration timeout")."""


class ApiGatewayEmulator(ThreadingHTTPServer):
    """Serves the API on https://localhost; listens from the start, answers while the context is open.

    Attributes:
        function: behind the API; to be set before the first request, since it is told the address.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    function: LambdaFunction

    def __init__(self, template: Template, context: ssl.SSLContext, seconds: float = TIMEOUT_SECONDS) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.template = template
        self.url = f"https://localhost:{self.server_port}/{template.stage}"
        self._seconds = seconds
        self._waiting = concurrent.futures.ThreadPoolExecutor(max_workers=16)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._waiting.shutdown(wait=False, cancel_futures=True)

    def answer(self, request: Request) -> Reply:
        """Of the function, or of API Gateway itself."""
        prefix = f"/{self.template.stage}/"
        if not request.path.startswith(prefix):
            return refusal(HTTPStatus.FORBIDDEN, "Forbidden")
        path = request.path[len(prefix) - 1 :]
        match = self.template.match(path)
        if match is None or request.method not in match.methods:
            return refusal(HTTPStatus.FORBIDDEN, "Missing Authentication Token")
        inside = Request(request.method, path, request.query, request.headers, request.body, request.source_ip)
        asked = self._waiting.submit(self.function.invoke, event_of(inside, match, self.template))
        try:
            return reply_of(asked.result(self._seconds), inside, self.template)
        except concurrent.futures.TimeoutError:
            return refusal(HTTPStatus.GATEWAY_TIMEOUT, "Endpoint request timed out")
        except PayloadTooLarge:
            return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error")
        except FunctionFailed:
            return refusal(HTTPStatus.BAD_GATEWAY, "Internal server error")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up, or trusts no certificate of ours, is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 65
    server: ApiGatewayEmulator

    def _handle(self) -> None:
        reply = self._reply()
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _reply(self) -> Reply:
        length = int(self.headers.get("Content-Length", "0"))
        if length > MAX_BODY:
            self.close_connection = True
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Too Long")
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        source = str(self.client_address[0])
        return self.server.answer(Request(self.command, parts.path, parts.query, self.headers.items(), body, source))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""

"""The local run's HTTP server: Chalice's event machinery behind a stricter front.

`chalice local` takes 44 ms a request (Nagle), sends bodies on HEAD, ignores chunked bodies and answers an unknown path
with 403; none of that is how the deployed product behaves.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from chalice.app import Chalice, Response

from chalicelib.http.method_not_allowed import METHODS
from ops.local.gateway import Gateway, Incoming
from ops.local.reply import Reply, problem
from ops.local.request_body import Unreadable, read_body

_LOOPBACK: Final = "127.0.0.1"
_OURS: Final = ("localhost", _LOOPBACK)
_IDLE_SECONDS: Final = 65


class LocalServer(ThreadingHTTPServer):
    """Serves `app` on http://localhost:`port`; listens from the start, answers from `serve_forever`.

    Args:
        unknown_path: the answer to a path without a route, given that path and the headers under lower-case names.
        log: gets one line a request, without query, path values or anything else that may be secret.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        app: Chalice,
        port: int,
        unknown_path: Callable[[str, Mapping[str, str]], Response],
        log: Callable[[str], None],
    ) -> None:
        self.gateway = Gateway(app)
        self.unknown_path = unknown_path
        self.log = log
        super().__init__((_LOOPBACK, port), _Handler)
        self.base_url = f"http://localhost:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is no news; anything else is a bug of this server."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def start(self) -> threading.Thread:
        """Answer in a thread of its own; `shutdown` ends it."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        return thread


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    timeout = _IDLE_SECONDS
    server: LocalServer

    def _handle(self) -> None:
        began = time.perf_counter()
        reply = self._reply()
        self._send(reply)
        template = self.server.gateway.route(self.path) or "(unknown path)"
        milliseconds = (time.perf_counter() - began) * 1000
        self.server.log(f"{self.command:6} {template} {reply.status} {milliseconds:.0f} ms")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _reply(self) -> Reply:
        try:
            body = read_body(self.headers, self.rfile)
        except Unreadable as error:
            self.close_connection = True
            return problem(error.status, error.code, error.detail)
        return self._refuse_host() or self._answer(body)

    def _refuse_host(self) -> Reply | None:
        """A page of ours has one address, so that cookies meet; another name is a rebound one (DNS rebinding)."""
        host = urlsplit("//" + self.headers.get("Host", "")).hostname
        if host not in _OURS or not self.path.startswith("/"):
            return problem(HTTPStatus.MISDIRECTED_REQUEST, "wrong_host", f"Ask {self.server.base_url}.")
        if host == _LOOPBACK and self.command in ("GET", "HEAD"):
            return Reply(HTTPStatus.TEMPORARY_REDIRECT, (("Location", self.server.base_url + self.path),), b"")
        return None

    def _answer(self, body: bytes) -> Reply:
        headers = {name.lower(): ",".join(self.headers.get_all(name, [])) for name in self.headers}
        if self.server.gateway.route(self.path) is None:
            return Reply.of(self.server.unknown_path(urlsplit(self.path).path, headers).to_dict())
        try:
            return self.server.gateway.answer(
                Incoming(self.command, self.path, headers, body, str(self.client_address[0]))
            )
        except Exception:  # noqa: BLE001 - a crashed function is API Gateway's 502, and the developer wants the trace
            traceback.print_exc()
            return problem(HTTPStatus.BAD_GATEWAY, "crashed", "The app crashed; its trace is in the terminal.")

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    def version_string(self) -> str:
        """The Server header: no version to aim at."""
        return "Gatehouse"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Errors of http.server itself, in the API's format; an unsupported method is never a server error."""
        self.close_connection = True
        status = HTTPStatus(code)
        if status is not HTTPStatus.NOT_IMPLEMENTED:
            self._send(problem(status, "bad_request", message or status.phrase))
            return
        status = HTTPStatus.METHOD_NOT_ALLOWED
        refusal = problem(status, "method_not_allowed", message or status.phrase)
        self._send(replace(refusal, headers=(*refusal.headers, ("Allow", ", ".join(METHODS)))))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Requests are logged by `_handle`, in one line each."""

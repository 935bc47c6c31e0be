"""The HTTP server of the local run: werkzeug's, on the loopback address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from werkzeug import Request, Response
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS: Final = "127.0.0.1"


class WebServer(ThreadedWSGIServer):
    """Listens from its creation, responds from `serve_forever`.

    Args:
        respond: returns the response to a request, in a thread per connection.
        max_body_length: in bytes; a longer body raises `RequestEntityTooLarge` where it is read.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, respond: Callable[[Request], Response], max_body_length: int) -> None:
        self._max_body_length = max_body_length
        self._respond = respond
        # werkzeug exits where it cannot listen, so it gets a socket that listens.
        with socket.create_server((ADDRESS, port), backlog=self.request_queue_size) as listening:
            super().__init__(ADDRESS, port, self._answer, _Handler, fd=listening.fileno())

    def start(self) -> threading.Thread:
        """Serves in a new thread; `shutdown` ends it."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        return thread

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = self._max_body_length
        return self._respond(request)(environ, start_response)


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True
    timeout = 65

    def version_string(self) -> str:
        """The Server header, without a version."""
        return "Gatehouse"

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Responds to a request that isn't HTTP without an HTML page."""
        self.close_connection = True
        self.send_response(code, message or HTTPStatus(code).phrase)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Logs nothing: addresses may carry messages and one-time codes."""

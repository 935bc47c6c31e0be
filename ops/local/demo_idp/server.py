"""The demo identity provider over HTTP.

GET  /           what to copy
GET  /metadata   metadata
GET  /sso        SAMLRequest, RelayState (HTTP-Redirect): choose who to be
POST /sso        the same by HTTP-POST
POST /respond    acs_url, sp_entity_id, request_id, name_id_format, RelayState, user, scenario, signs: the answer,
                 in a form that posts itself
"""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from ops.local.demo_idp.authn_request import Unreadable
from ops.local.demo_idp.pages import Page
from ops.local.demo_idp.provider import Provider, problem
from ops.local.demo_idp.signing_key import SigningKey

_ADDRESS: Final = "127.0.0.1"
_LIMIT: Final = 200_000


class IdentityProviderServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1, while the product is on localhost: two sites to a browser, as in life.

    Args:
        key_file: where its key is kept.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, key_file: Path) -> None:
        super().__init__((_ADDRESS, port), _Handler)
        self.provider = Provider(f"http://{_ADDRESS}:{self.server_address[1]}", SigningKey.load_or_create(key_file))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is no news."""
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
    timeout = 65
    server: IdentityProviderServer

    def do_GET(self) -> None:
        provider = self.server.provider
        parts = urlsplit(self.path)
        match parts.path:
            case "/":
                self._send(provider.home())
            case "/metadata":
                self._send_bytes(HTTPStatus.OK, "application/samlmetadata+xml", provider.metadata())
            case "/sso":
                self._send(self._choose(parts.query, posted=False))
            case _:
                self._send(problem(Unreadable("There is nothing at this address."), HTTPStatus.NOT_FOUND))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or int(length) > _LIMIT:
            self.close_connection = True
            self._send(problem(Unreadable("The form is too large, or doesn't say its length.")))
            return
        form = self.rfile.read(int(length)).decode("ascii", errors="replace")
        match urlsplit(self.path).path:
            case "/sso":
                self._send(self._choose(form, posted=True))
            case "/respond":
                self._send(self._respond(form))
            case _:
                self._send(problem(Unreadable("There is nothing at this address."), HTTPStatus.NOT_FOUND))

    def _choose(self, form: str, *, posted: bool) -> Page:
        try:
            return self.server.provider.choose(_fields(form), posted=posted)
        except Unreadable as error:
            return problem(error)

    def _respond(self, form: str) -> Page:
        try:
            return self.server.provider.respond(_fields(form), datetime.now(UTC))
        except Unreadable as error:
            return problem(error)

    def _send(self, page: Page) -> None:
        self._send_bytes(page.status, "text/html; charset=utf-8", page.html, page.security_policy)

    def _send_bytes(self, status: HTTPStatus, kind: str, body: bytes, policy: str = "default-src 'none'") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: a log of addresses that carry messages is worth nothing here."""


def _fields(form: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(form, keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise Unreadable("There are too many fields.") from error

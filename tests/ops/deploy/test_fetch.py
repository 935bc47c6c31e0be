"""The smoke test's requests see what is really answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops.deploy.fetch import fetch


@pytest.fixture
def url() -> Iterator[str]:
    """A server that redirects GET and refuses PUT."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(303)
            self.send_header("Location", "/elsewhere")
            self.send_header("X-Seen", self.headers["Accept"])
            self.end_headers()

        def do_PUT(self) -> None:
            self.send_response(405)
            self.end_headers()
            self.wfile.write(b"no")

        def log_message(self, *_: object) -> None:
            """Not wanted."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_redirect_is_not_followed(url: str) -> None:
    answer = fetch("GET", url, {"Accept": "text/html"})
    assert (answer.status, answer.headers["location"], answer.headers["x-seen"]) == (303, "/elsewhere", "text/html")


def test_a_refusal_is_an_answer(url: str) -> None:
    answer = fetch("PUT", url, {})
    assert (answer.status, answer.body) == (405, b"no")


def test_silence_is_an_error() -> None:
    with pytest.raises(OSError, match="refused"):
        fetch("GET", "http://127.0.0.1:1/", {})

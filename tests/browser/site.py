"""The product on localhost, in the test's process: embedded AWS, a clock that stands still, organizations at will."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from app import app
from chalicelib import container
from chalicelib.http.unknown_path import unknown_path
from chalicelib.organizations.model import Organization, Plan
from chalicelib.users.model import Role, User
from ops.local.server import LocalServer
from tests.support.deployment import Deployment, new_deployment

LONG = "a-rather-long-address-of-somebody.with.several.names@acme.test"


class _Provider(BaseHTTPRequestHandler):
    """An identity provider's sign-in page, on another site than ours."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Identity provider</title>")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@dataclass
class Site:
    """The product on localhost, with one organization of each plan.

    Attributes:
        provider: origin of an identity provider that only shows a title.
        member: a member of Acme with a long address.
    """

    base: str
    provider: str
    deployment: Deployment
    acme: Organization
    basic: Organization
    admin: User
    member: User


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """Where the application listens; it can be served once a process only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    server = LocalServer(app, number, unknown_path, lambda _: None)
    server.start()
    yield number
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The identity provider's origin."""
    server = HTTPServer(("127.0.0.1", 0), _Provider)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(port: int, provider: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A fresh one."""
    base = f"http://localhost:{port}"
    with new_deployment(base_url=base, local=True) as made:
        monkeypatch.setattr(container, "_container", made.container)
        acme = made.organization(name="Acme", active_admins=1)
        admin = made.user(acme, "admin@acme.test", Role.ADMIN)
        basic = made.organization("basic.test", Plan.STANDARD, name="Basic Co", active_admins=1)
        made.user(basic, "admin@basic.test", Role.ADMIN)
        yield Site(base, provider, made, acme, basic, admin, made.user(acme, LONG))


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def person(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A person's browser."""
    made = chromium.new_context(java_script_enabled=request.param)
    made.set_default_timeout(10_000)
    yield made
    made.close()

"""A setup link's guest, in a browser of the tests."""

from __future__ import annotations

from chalicelib.connections.model import Connection
from chalicelib.organizations.model import Organization
from chalicelib.setup_links.service import NewSetupLink
from tests.support.browser import Browser
from tests.support.configuration import ISSUER, URL
from tests.support.deployment import Deployment

BASE = "https://sso.example.test/api"
COOKIE = "__Host-gatehouse_setup"
VALUES = {"identity_provider_url": URL, "identity_provider_issuer": ISSUER}


def new_setup_link(deployment: Deployment, acme: Organization, connection: Connection | None = None) -> NewSetupLink:
    """A new setup link."""
    return deployment.container.setup_links.create(
        acme.id, created_by="key_1", now=deployment.now, connection_id=connection.id if connection else None
    )


def path_of(link: NewSetupLink) -> str:
    """Returns the link's path, as the browser requests it."""
    return str(link.url).removeprefix(BASE)


def open_setup_link(browser: Browser, link: NewSetupLink) -> Browser:
    """Returns the browser on the setup page, after it opened the link."""
    browser.get(path_of(link))
    assert browser.post(path_of(link)).location == f"{BASE}/setup"
    browser.get("/setup")
    return browser


def reload_connection(deployment: Deployment, acme: Organization) -> Connection:
    """The organization's only connection."""
    (connection,) = deployment.container.connections.list(acme.id)
    return connection

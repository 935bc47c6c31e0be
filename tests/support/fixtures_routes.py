"""The application on embedded AWS, and browsers that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chalice.app import Chalice

from app import app as gatehouse
from chalicelib import container
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role
from tests.support.browser import Browser, sign_in
from tests.support.deployment import Deployment, new_deployment
from tests.support.round_trip import Idp, identity_provider
from tests.support.setup_session import new_setup_link, open_setup_link


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    """An empty deployment, which the application uses."""
    with new_deployment() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "_container", made.container)
        yield made


@pytest.fixture(scope="session")
def app() -> Chalice:
    """The application."""
    return gatehouse


@pytest.fixture
def new_browser(app: Chalice, deployment: Deployment) -> Callable[[], Browser]:
    """Opens browsers that share nothing."""
    return lambda: Browser(app)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """One browser."""
    return new_browser()


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    """An enterprise customer."""
    return deployment.organization(active_admins=1)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, acme: Organization) -> Browser:
    """Its admin's browser, signed in."""
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    return browser


@pytest.fixture
def idp(deployment: Deployment) -> Idp:
    """A customer's identity provider and its verified connection; the clock is set to its time."""
    return identity_provider(deployment)


@pytest.fixture
def path(admin: Browser) -> str:
    """A draft's page, made with the button."""
    admin.get("/admin/sso")
    return admin.post("/admin/sso").location.removeprefix("https://sso.example.test/api")


@pytest.fixture
def guest(browser: Browser, deployment: Deployment, acme: Organization) -> Browser:
    """A browser that has opened a link without a connection, on its page."""
    return open_setup_link(browser, new_setup_link(deployment, acme))

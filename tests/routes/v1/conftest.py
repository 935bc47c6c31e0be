"""The API on embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib import container
from chalicelib.domain.organization import Organization
from chalicelib.domain.user import Role, User
from tests.deployment import Deployment, new_deployment
from tests.routes.v1.api import Caller, browser_of, key_of


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """An empty deployment, which the application uses."""
    with new_deployment() as made:
        monkeypatch.setattr(container, "_container", made.container)
        yield made


@pytest.fixture
def api(deployment: Deployment) -> Caller:
    """A caller with a key of the deployment."""
    return key_of(deployment)


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    """An enterprise organization with the domain acme.test and one admin."""
    return deployment.organization()


@pytest.fixture
def admin(deployment: Deployment, acme: Organization) -> User:
    """Acme's admin."""
    return deployment.container.users.create(
        organization_id=acme.id, email="admin@acme.test", role=Role.ADMIN, now=deployment.now
    )


@pytest.fixture
def admins_browser(deployment: Deployment, admin: User) -> Caller:
    """The admin's browser on our own pages."""
    return browser_of(deployment, admin)

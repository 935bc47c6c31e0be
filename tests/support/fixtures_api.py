"""The API on embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib import container
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role, User
from tests.support.api import Caller, browser_of, key_of
from tests.support.deployment import Deployment, new_deployment


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    """An empty deployment, which the application uses."""
    with new_deployment() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "_container", made.container)
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

"""The application on embedded AWS, and browsers that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chalice.app import Chalice

from app import app as gatehouse
from chalicelib import container
from tests.deployment import Deployment, deployed
from tests.routes.browser import Browser


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """An empty deployment, which the application uses."""
    with deployed() as made:
        monkeypatch.setattr(container, "_container", made.container)
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

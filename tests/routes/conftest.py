"""The application on embedded AWS, and browsers that talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from chalice.app import Chalice

from chalicelib import container
from chalicelib.routes.home import home_pages
from chalicelib.routes.link_pages import link_pages
from chalicelib.routes.login import login_pages
from chalicelib.routes.middleware import answer
from chalicelib.routes.static_files import static_files
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
    made = Chalice("gatehouse")
    made.register_middleware(answer, "http")
    for blueprint in (login_pages, home_pages, link_pages, static_files):
        made.register_blueprint(blueprint)
    return made


@pytest.fixture
def new_browser(app: Chalice, deployment: Deployment) -> Callable[[], Browser]:
    """Opens browsers that share nothing."""
    return lambda: Browser(app)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """One browser."""
    return new_browser()

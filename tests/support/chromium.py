"""A real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tools.browser import executable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",  # containers have no user namespaces; it visits nothing but this machine
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, headless. `python -m tools.browser` gets one where there is none."""
    from playwright.sync_api import sync_playwright

    path = executable()
    if path is None:
        pytest.fail("There is no Chromium: run python -m tools.browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A person: cookies of their own."""
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Their browser's window."""
    return context.new_page()

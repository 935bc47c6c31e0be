"""Every state of every page in a real Chromium: WCAG, small and large, light and dark, both languages, nothing blocked.

With SCREENSHOTS=1 in the environment, screenshots are saved in build/screenshots.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import pytest
from chalice.local import RouteMatcher
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from app import app
from chalicelib.i18n.catalog import LANGUAGES
from tests.browser import axe, keyboard
from tests.browser.site import Site
from tests.browser.states import admin, arrival, attempts, configuration, refusals, setup, sign_in
from tests.browser.walk import STATES, State, Walk

pytestmark = pytest.mark.browser

SHOTS = Path("build/screenshots") if os.environ.get("SCREENSHOTS") else None
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
STATE_MODULES = (
    sign_in,
    arrival,
    admin,
    attempts,
    configuration,
    setup,
    refusals,
)  # each notes its states when it is imported
# What answers with redirects only, and what is not for people.
NO_PAGES = {
    "GET /admin/login-policy",
    "GET /healthz",
    "GET /openapi.json",
    "GET /saml/{connection_id}/metadata",
    "GET /static/{name}",
    "POST /login/forget",
    "POST /logout",
    *(f"{method} /saml/{{connection_id}}/acs" for method in ("DELETE", "OPTIONS", "PATCH", "PUT")),
}


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A window in this language."""
    context = chromium.new_context(locale=request.param, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def routes() -> Iterator[str]:
    """Every handler that people can reach."""
    for path, entries in app.routes.items():
        for method, entry in entries.items():
            if not path.startswith("/v1/") and method != "HEAD" and entry.view_function.__name__ != "wrong_method":
                yield f"{method} {path}"


def test_every_route_has_a_state_that_is_checked() -> None:
    assert {state.route for state in STATES} - {"GET (unknown path)"} == set(routes()) - NO_PAGES


def test_no_two_states_share_a_screenshot() -> None:
    assert len({state.name for state in STATES}) == len(STATES)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_page_is_as_good_as_it_must_be(site: Site, page: Page, state: State) -> None:
    said: list[ConsoleMessage] = []
    documents: list[Response] = []
    page.on("console", lambda message: said.append(message))
    page.on("response", lambda answer: documents.append(answer) if answer.request.is_navigation_request() else None)
    state.arrive(Walk(site, page))
    assert (where(documents[-1]), documents[-1].status) == (state.route, state.status)
    tells_what_it_is(page, failed=state.status >= 400)
    axe.prepare(page)
    language = page.locator("html").get_attribute("lang")
    for scheme, width in looks(language):
        page.emulate_media(color_scheme=scheme)
        shown_whole(page, width)
        if SHOTS:
            page.screenshot(path=SHOTS / f"{state.name}-{language}-{width}-{scheme}.png")
        is_recolored = scheme == SCHEMES[1] and language == LANGUAGES[0]
        assert not axe.findings(page, colors_only=is_recolored), (scheme, width)
    guarded(documents[-1])
    fits_when_enlarged(page)
    if language == LANGUAGES[0]:
        assert keyboard.faults(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        assert keyboard.faults(page) == []
    assert [message.text for message in said if not is_the_status(message, page)] == []


def looks(language: str | None) -> list[tuple[Literal["light", "dark"], int]]:
    """Color schemes and widths; a translation changes no colors, so half of them show what it does to a page."""
    every = [(scheme, width) for scheme in SCHEMES for width in (1280, 390)]
    return every if language == LANGUAGES[0] else every[1:3]


def shown_whole(page: Page, width: int) -> None:
    """Without scrolling: axe would hold what sticks to the window's edge against what happens to be under it."""
    page.set_viewport_size({"width": width, "height": 800})
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})


def where(answer: Response) -> str:
    """The route that answered, with its method."""
    path = urlsplit(answer.url).path
    try:
        path = RouteMatcher(list(app.routes)).match_route(path).route
    except ValueError:
        path = "(unknown path)"
    return f"{answer.request.method} {path}"


def tells_what_it_is(page: Page, *, failed: bool) -> None:
    """In its title, its language and one main heading."""
    language = page.evaluate("navigator.language")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    error = {"en": "Error: ", "de": "Fehler: "}[language]
    assert page.title().startswith(error) is failed
    assert page.title().endswith(" · Gatehouse")


def guarded(answer: Response) -> None:
    """By the headers of every page (ASVS 5.0, 3.4)."""
    headers = answer.all_headers()
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert {policy[name] for name in ("default-src", "base-uri", "object-src", "frame-ancestors")} == {"'none'"}
    assert {policy[name] for name in ("script-src", "style-src")} == {"'self'"}
    assert policy["form-action"].startswith("'self'")
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert (headers["referrer-policy"], headers["cross-origin-opener-policy"]) == ("no-referrer", "same-origin")
    assert "camera=()" in headers["permissions-policy"]


def fits_when_enlarged(page: Page) -> None:
    """Nothing to scroll sideways at 400 % (WCAG 2.2, 1.4.10): 1280 by 1024 pixels are 320 by 256 then."""
    page.set_viewport_size({"width": 320, "height": 256})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px too wide"


def is_the_status(message: ConsoleMessage, page: Page) -> bool:
    """Chromium's note that the document itself came with 4xx or 5xx."""
    return message.text.startswith("Failed to load resource: the server responded with a status of") and (
        message.location["url"].partition("#")[0] == page.url.partition("#")[0]
    )

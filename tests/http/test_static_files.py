from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.browser import Browser
from tests.support.deployment import Deployment

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def branded(deployment: Deployment) -> Deployment:
    made = deployment.container
    made.settings = replace(made.settings, product_name="Northwind", accent_color="#ad1457", logo=SVG)
    return deployment


def linked(text: str, name: str) -> str:
    (path,) = re.findall(rf'"/api(/static/{name}\.[0-9a-f]{{8}}\.\w+)"', text)
    return str(path)


def test_the_brands_colours_come_in_a_stylesheet_of_their_own_because_no_style_may_stand_in_a_page(
    branded: Deployment, browser: Browser
) -> None:
    shown = browser.get("/login")
    colors = browser.get(linked(shown.text, "colors"))
    assert colors.headers["Content-Type"] == "text/css; charset=utf-8"
    assert colors.text.startswith(":root{--accent:#ad1457;")
    assert "prefers-color-scheme:dark" in colors.text
    assert "style=" not in shown.text
    assert "style-src 'self';" in shown.headers["Content-Security-Policy"]


def test_the_logo_is_an_image_in_which_nothing_runs(branded: Deployment, browser: Browser) -> None:
    shown = browser.get("/login")
    image = browser.get(linked(shown.text, "logo"))
    assert image.text == SVG
    assert image.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert image.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Northwind</a>" in shown.text


def test_without_a_brand_there_are_neither(browser: Browser, deployment: Deployment) -> None:
    assert "/static/colors." not in browser.get("/login").text
    assert "/static/logo." not in browser.get("/login").text
    assert browser.get("/static/colors.e3b0c442.css").status == 404  # of nothing at all


def test_the_sign_in_page_needs_less_than_the_pages_behind_it(
    new_browser: Callable[[], Browser], deployment: Deployment
) -> None:
    assert "/static/sso." not in new_browser().get("/login").text

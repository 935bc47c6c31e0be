"""The page of a setup link. `connections/guest_form.py` has the page that it leads to."""

from __future__ import annotations

from chalicelib.container import current
from chalicelib.http.browser_session import browser_session_of
from chalicelib.http.cookies import cookies_in, setup_cookie, setup_cookie_name
from chalicelib.http.framework import Blueprint, Response
from chalicelib.http.page_routing import browser_page
from chalicelib.http.rendering import page, redirect
from chalicelib.http.requests import request_of
from chalicelib.sessions.browser import Visit

setup = Blueprint(__name__)


@setup.route("/setup/{code}")
def link_page(code: str) -> Response:
    """Explains the link. A GET never consumes it, because mail scanners follow links."""
    request, made = request_of(setup), current()
    cookie = cookies_in(request.headers.get("cookie")).get(setup_cookie_name(made.settings))
    if cookie is not None and cookie.rpartition(".")[0] == code.rpartition(".")[0]:
        return redirect("/setup")
    link, organization = made.setup_sessions.peek(code, made.clock())
    return page(
        "setup_link.html", browser_session_of(request), link=link, organization=organization, action=f"/setup/{code}"
    )


@browser_page(setup, "POST", "/setup/{code}")
def open_link(visit: Visit) -> Response:
    """Consumes the link and makes this browser the guest's."""
    made, now = current(), current().clock()
    guest = made.setup_sessions.open(visit.path["code"], visit.visitor.source, now)
    return redirect("/setup", cookies=[setup_cookie(guest.cookie, guest.link.expires_at, made.settings, now)])

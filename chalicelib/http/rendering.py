"""Renders HTML pages with their headers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chalicelib import container
from chalicelib.host_name import origin_of
from chalicelib.http.browser_session import BrowserSession
from chalicelib.http.cookies import form_cookie
from chalicelib.http.framework import Response
from chalicelib.http.static_files import brand_path, static_path
from chalicelib.http.templates import environment
from chalicelib.i18n.catalog import language
from chalicelib.return_path import in_location
from chalicelib.settings import Settings

_ANY_PROVIDER: Final = "'self' https:"
_LOCAL_PROVIDERS: Final = "http://localhost:* http://127.0.0.1:*"


def page(
    template: str,
    visitor: BrowserSession[Any, Any] | None,
    *,
    status: int = 200,
    to_provider: bool = False,
    form_target: str | None = None,
    headers: dict[str, str] | None = None,
    cookies: Iterable[str] = (),
    **values: Any,
) -> Response:
    """Renders a template from `templates/`.

    Args:
        visitor: the browser, for CSRF tokens; None for a page without forms.
        to_provider: a form leads to an identity provider. Chromium applies `form-action` to every redirect after a
            submission, too.
        form_target: URL of another site that the page's only form posts to.
        values: the template's variables.
    """
    settings = container.current().settings
    set_cookies = list(cookies)
    if visitor is not None and visitor.new_secret:
        set_cookies.append(form_cookie(visitor.secret, settings))
    html = _render(template, visitor, values)
    sent: dict[str, Any] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _content_security_policy(settings, to_provider, form_target),
        **(headers or {}),
    }
    if set_cookies:
        sent["Set-Cookie"] = set_cookies
    return Response(html, headers=sent, status_code=status)


def redirect(path: str, *, cookies: Iterable[str] = (), **query: str) -> Response:
    """A 303 redirect to a path of this deployment, which the browser follows with GET. Empty query values are
    omitted.
    """
    settings = container.current().settings
    origin = urlsplit(settings.base_url)
    target = f"{origin.scheme}://{origin.netloc}{in_location(address(settings, path, **query))}"
    headers: dict[str, Any] = {"Location": target, "Content-Type": "text/plain"}
    if set_cookies := list(cookies):
        headers["Set-Cookie"] = set_cookies
    return Response("", headers=headers, status_code=303)


def address(settings: Settings, path: str, **query: str) -> str:
    """Returns a path of this deployment, prefixed with the stage's path, if any."""
    given = {name: value for name, value in query.items() if value}
    return f"{urlsplit(settings.base_url).path}{path}{'?' + urlencode(given) if given else ''}"


def _render(template: str, visitor: BrowserSession[Any, Any] | None, values: dict[str, Any]) -> str:
    settings = container.current().settings
    return (
        environment()
        .get_template(template)
        .render(
            visitor=visitor,
            who=visitor.signed_in if visitor else None,
            settings=settings,
            path=lambda path, **query: address(settings, path, **query),
            static=lambda name: address(settings, static_path(name)),
            script=address(settings, static_path("sso.js")),
            brand_colors=address(settings, brand_path("colors.css")) if settings.accent_color else None,
            logo=address(settings, brand_path("logo.svg")) if settings.logo else None,
            now=container.current().clock(),
            language=language(),
            **values,
        )
    )


def _content_security_policy(settings: Settings, to_provider: bool, form_target: str | None) -> str:
    targets = "'self'"
    if to_provider or form_target:
        targets = f"{_ANY_PROVIDER} {_LOCAL_PROVIDERS}" if settings.local else _ANY_PROVIDER
    if form_target and (origin := origin_of(form_target)):
        targets = targets.replace(_ANY_PROVIDER, f"'self' {origin} https:")
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'none'; "
        f"form-action {targets}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )

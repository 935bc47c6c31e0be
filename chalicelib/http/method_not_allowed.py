"""Handles methods without a handler: HEAD works like GET; other methods get 405 with the allowed ones.

API Gateway responds to an unregistered method with the same 403 as to an unknown path, so all methods are registered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chalicelib.errors import WrongMethod
from chalicelib.http.framework import Chalice, Response

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def complete_methods(app: Chalice) -> None:
    """Registers the missing methods of every route. Call it after all blueprints with a path are registered."""
    for path, entries in list(app.routes.items()):
        if "GET" in entries and "HEAD" not in entries:
            app.route(path, methods=["HEAD"])(entries["GET"].view_function)
        allowed = tuple(method for method in METHODS if method in entries)
        missing = [method for method in METHODS if method not in entries]
        if missing:
            app.route(path, methods=missing)(_wrong_method(app, allowed))


def _wrong_method(app: Chalice, allowed: tuple[str, ...]) -> Callable[..., Response]:
    def wrong_method(**_: Any) -> Response:
        request = app.current_request
        raise WrongMethod(request.method if request else "This", allowed)

    return wrong_method

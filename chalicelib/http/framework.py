"""The parts of Chalice that handlers of a capability use; only this package and app.py know the framework.

Chalice turns an ordinary exception of a handler into its own 500 before middleware sees it; only children of
`ChaliceUnhandledError` travel on. So `route` wraps each handler: an `SsoError` travels in a `HandlerFailed`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import chalice.app
from chalice.app import ChaliceUnhandledError
from chalice.app import CloudWatchEvent as CloudWatchEvent
from chalice.app import Rate as Rate
from chalice.app import Request as Request
from chalice.app import Response as Response

from chalicelib.errors import SsoError


class HandlerFailed(ChaliceUnhandledError):
    """Carries an `SsoError` from a handler to the middleware."""

    def __init__(self, error: SsoError) -> None:
        super().__init__(error.code)
        self.error = error


class Blueprint(chalice.app.Blueprint):
    """Chalice's blueprint, with handlers that may raise `SsoError`."""

    def route(self, path: str, **kwargs: Any) -> Callable[..., Any]:
        """Registers a handler for a path. By default it accepts every content type, so that an unsupported one gets a
        problem document of Gatehouse.
        """
        register = super().route(path, **{"content_types": ["*/*"], **kwargs})
        return lambda handler: register(_carry_errors(handler))


class Chalice(chalice.app.Chalice):
    """Chalice's application, with handlers that may raise `SsoError`."""

    def route(self, path: str, **kwargs: Any) -> Callable[..., Any]:
        """Registers a handler for a path, like `Blueprint.route`."""
        register = super().route(path, **{"content_types": ["*/*"], **kwargs})
        return lambda handler: register(_carry_errors(handler))


def _carry_errors(handler: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handler)
    def carrying(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except SsoError as error:
            raise HandlerFailed(error) from error

    return carrying

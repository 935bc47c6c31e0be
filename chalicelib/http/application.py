"""The Chalice application, with routes registered on demand in a new Lambda process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from chalicelib.cold_start import enable_gc, is_api_handler
from chalicelib.http.framework import Chalice
from chalicelib.registry import RoutesOnDemand


class Application(Chalice):
    """A Chalice application with Gatehouse's routes."""

    def __init__(self, name: str, environment: Mapping[str, str] = os.environ) -> None:
        super().__init__(app_name=name)
        self._on_demand = RoutesOnDemand(self)
        if not is_api_handler(environment):  # other functions, the command line and tests need every route
            self._on_demand.register_all()

    def __call__(self, event: Any, context: Any) -> Any:
        """Handles a request."""
        self._on_demand.register_for(str(event.get("requestContext", {}).get("resourcePath", "")))
        try:
            return super().__call__(event, context)
        finally:
            enable_gc()

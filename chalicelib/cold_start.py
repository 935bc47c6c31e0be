"""Defers garbage collection until a new Lambda process has answered its first request.

Almost everything allocated before that point stays alive (modules, classes, clients), so collecting is wasted work:
about a tenth of the CPU time of a cold start.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from typing import Final

API_HANDLER: Final = "app.app"
"""The `_HANDLER` of the function that serves requests. Scheduled functions, the command line and tests have another
value.
"""


def is_api_handler(environment: Mapping[str, str] = os.environ) -> bool:
    """True if this process serves HTTP requests in Lambda."""
    return environment.get("_HANDLER") == API_HANDLER


def defer_gc() -> None:
    """Disables the garbage collector in a process that serves HTTP requests."""
    if is_api_handler():
        gc.disable()


def enable_gc() -> None:
    """Enables the garbage collector. Objects that already exist are frozen and excluded from later collections."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()

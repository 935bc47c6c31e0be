"""The garbage collector waits until a new Lambda process has answered its first request.

Until then nearly all that is made stays: modules, classes, clients. Collections would look through it again and again
while somebody waits, a tenth of the work of a cold start.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from typing import Final

API_HANDLER: Final = "app.app"
"""What Lambda calls for requests (`_HANDLER`); schedules, the command line and tests are no new process of it."""


def is_api_handler(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process answers requests in Lambda."""
    return environment.get("_HANDLER") == API_HANDLER


def defer_gc() -> None:
    """Let the collector wait, where this process will answer requests."""
    if is_api_handler():
        gc.disable()


def enable_gc() -> None:
    """The collector works from now on; what is there already is no garbage and left out of every later look."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()

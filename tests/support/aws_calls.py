"""The product's AWS calls during the tests, for `tools.ci.permissions`: each process writes a file when it ends.

A call belongs to the function of ours whose entry stands in the call's stack, else to the API if a route or a service
does. What operators' commands ask goes by other credentials, and the tests' own preparation uses none of these.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, Final

import pytest
from botocore.handlers import BUILTIN_HANDLERS
from botocore.model import OperationModel

from ops.provision.functions import API, FOR_OPERATORS, SCHEDULED, Function
from tests.support.layout import role_of
from tools.ci.permissions import FOLDER, required_actions

_ENTRIES: Final = {entry: function for function in SCHEDULED for entry in function.entries}
_SERVERS: Final = ("ops.local", "tools.bench")  # they run the product, with credentials of their own

_seen: set[tuple[str, str, str]] = set()


def _note(params: Mapping[str, Any], model: OperationModel, **_: Any) -> None:
    function = _asking(sys._getframe())
    if function is not None:
        _seen.update((function.handler, *each) for each in required_actions(model, params))


def _asking(frame: FrameType | None) -> Function | None:
    """The function of ours in which this frame runs."""
    found = None
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(("ops.", "tools.")) and not module.startswith(_SERVERS):
            return None
        if role_of(module) in {"service", "web"} or module.startswith(("chalicelib.http.", "chalicelib.schedules")):
            method = f"{module}.{frame.f_code.co_qualname}"
            if method in FOR_OPERATORS:
                return None
            found = _ENTRIES.get(method, found or API)
        frame = frame.f_back
    return found


BUILTIN_HANDLERS.append(("before-parameter-build", _note))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write this process's calls; `make test` forgets those of earlier runs."""
    folder = session.config.rootpath / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{os.getpid()}.json").write_text(json.dumps(sorted(_seen)))

"""Routes on demand: a request finds what it would find if all were registered.

Each in a new process: Chalice registers a blueprint once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from app import app

_FRONT = "app.app"
_SCRIPT = """
import json, sys
from app import app
for path in sys.argv[1:]:
    app({
        "requestContext": {"resourcePath": path, "httpMethod": "TRACE", "identity": {}}, "headers": {}, "body": None,
        "multiValueQueryStringParameters": None, "pathParameters": {}, "stageVariables": None, "isBase64Encoded": False,
    }, None)
routes = {path: {method: entry.view_name for method, entry in found.items()} for path, found in app.routes.items()}
print(json.dumps(routes))
"""


def _module_of(path: str) -> str:
    """The module that has the path's handlers."""
    handlers = [entry.view_function for entry in app.routes[path].values()]
    modules = {handler.__module__ for handler in handlers} - {"chalicelib.http.method_not_allowed"}
    assert len(modules) == 1, path
    return str(modules.pop())


_EVERY = {path: {method: entry.view_name for method, entry in found.items()} for path, found in app.routes.items()}
_MODULES = {path: _module_of(path) for path in _EVERY}
_FIRST = {module: path for path, module in _MODULES.items()}


def _routes(*asked: str, handler: str = _FRONT) -> dict[str, dict[str, str]]:
    """Returns the routes registered in a new process after requests for these paths."""
    environment = {
        "PATH": os.environ["PATH"],
        "GATEHOUSE_BASE_URL": "https://sso.example.test/api",
        "_HANDLER": handler,
    }
    command = [sys.executable, "-c", _SCRIPT, *asked]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))  # the log goes there, too


@pytest.mark.parametrize("first", _FIRST.values(), ids=_FIRST)
def test_the_first_request_registers_the_routes_of_its_module_and_no_others(first: str) -> None:
    mine = {path for path, module in _MODULES.items() if module == _MODULES[first]}
    assert _routes(first) == {path: _EVERY[path] for path in mine}


def test_one_module_after_the_other_makes_the_whole() -> None:
    firsts = list(_FIRST.values())
    assert _routes(*firsts, *reversed(firsts)) == _EVERY


def test_a_path_that_no_module_has_registers_every_route() -> None:
    assert _routes("/nonsense") == _EVERY | {"/nonsense": {}}


def test_nothing_is_registered_before_the_first_request() -> None:
    assert _routes() == {}


@pytest.mark.parametrize("handler", ["", "chalicelib.schedules.refresh_metadata"])
def test_whatever_is_not_the_apis_function_has_every_route_at_once(handler: str) -> None:
    assert _routes(handler=handler) == _EVERY

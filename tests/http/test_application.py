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
_EVERY = {path: {method: entry.view_name for method, entry in found.items()} for path, found in app.routes.items()}
_FIRST = ("/login", "/saml/{connection_id}/acs", "/static/{name}", "/")


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


def _part(path: str) -> str:
    return path.split("/")[1]


@pytest.mark.parametrize("first", _FIRST)
def test_whatever_is_asked_first_finds_its_group_and_only_that(first: str) -> None:
    alone = {_part(path) for path in _FIRST[:-1]}
    mine = {path for path in _EVERY if (_part(path) == _part(first) if first != "/" else _part(path) not in alone)}
    assert _routes(first) == {path: _EVERY[path] for path in mine}


def test_one_group_after_the_other_makes_the_whole() -> None:
    assert _routes("/login", "/", "/login", "/saml/{connection_id}/acs", "/static/{name}", "/") == _EVERY


def test_nothing_is_registered_before_the_first_request() -> None:
    assert _routes() == {}


@pytest.mark.parametrize("handler", ["", "chalicelib.schedules.refresh_metadata"])
def test_whatever_is_not_the_apis_function_has_every_route_at_once(handler: str) -> None:
    assert _routes(handler=handler) == _EVERY

"""The garbage collector of a new process: it waits for the first answer, and for nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

_ENVIRONMENT = {"PATH": os.environ["PATH"], "GATEHOUSE_BASE_URL": "https://sso.example.test/api"}
_SCRIPT = """
import gc, json, sys
from app import app
collecting = [gc.isenabled()]
event = {
    "requestContext": {"httpMethod": "GET", "resourcePath": sys.argv[1], "identity": {"sourceIp": "192.0.2.1"}},
    "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": {},
    "stageVariables": None, "body": None, "isBase64Encoded": False,
}
for _ in range(2):
    status = app(event, None)["statusCode"]
    collecting.append(gc.isenabled())
print(json.dumps([status, collecting, gc.get_freeze_count() > 0]))
"""


def _new_process(handler: str, path: str) -> list[object]:
    """The status, whether the collector works after the import and after each of two requests, whether it was told
    what stays."""
    environment = {**_ENVIRONMENT, "_HANDLER": handler}
    command = [sys.executable, "-c", _SCRIPT, path]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/nothing-here", 405)])
def test_the_collector_of_a_new_lambda_process_waits_for_the_first_answer_whatever_it_is(
    path: str, status: int
) -> None:
    assert _new_process("app.app", path) == [status, [False, True, True], True]


def test_elsewhere_it_never_stops() -> None:
    assert _new_process("", "/healthz")[1:] == [[True, True, True], False]

"""What a new Lambda process must not load before a request needs it: it would be paid in every cold start."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

_HEAVY = (
    "argon2",
    "boto3",
    "botocore",
    "cryptography",
    "jinja2",
    "lxml",
    "onelogin",
    "pydantic",
    "s3transfer",
    "xmlsec",
)

_REQUEST = """
import json, sys
from app import app
if sys.argv[1:]:
    event = {
        "requestContext": {"httpMethod": "GET", "resourcePath": sys.argv[1], "identity": {"sourceIp": "192.0.2.1"}},
        "headers": {"accept": "text/html"}, "multiValueQueryStringParameters": None, "pathParameters": {},
        "stageVariables": None, "body": None, "isBase64Encoded": False,
    }
    answer = app(event, None)
    assert answer["statusCode"] == 200, answer
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def _loaded(*path: str) -> set[str]:
    """The libraries of a new process after a GET of this path, or after the import alone."""
    environment = {
        "PATH": os.environ["PATH"],
        "GATEHOUSE_BASE_URL": "https://sso.example.test/api",
        "_HANDLER": "app.app",
    }
    done = subprocess.run(
        [sys.executable, "-c", _REQUEST, *path], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_app_loads_no_library_that_only_some_requests_need() -> None:
    assert _loaded() & set(_HEAVY) == set()


@pytest.mark.parametrize("path", ["/login", "/login/sso"])
def test_the_sign_in_page_needs_a_template_engine_and_nothing_of_aws_or_saml(path: str) -> None:
    assert _loaded(path) & set(_HEAVY) == {"jinja2"}

"""Modules that a cold start must not import before a request needs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.support.layout import role_of

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
print(json.dumps(sorted(sys.modules)))
"""

_CLIENTS = """
import json, os, sys
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
from chalicelib.aws.clients import dynamodb_client, secrets_manager_client
import chalicelib.saml.response, chalicelib.sign_in.acs
dynamodb_client(), secrets_manager_client()
print(json.dumps(sorted(sys.modules)))
"""


def _loaded(*path: str, code: str = _REQUEST) -> set[str]:
    """The modules of a new process after a GET of this path, or after the import alone."""
    environment = {
        "PATH": os.environ["PATH"],
        "GATEHOUSE_BASE_URL": "https://sso.example.test/api",
        "_HANDLER": "app.app",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *path], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def _libraries(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_importing_the_app_loads_no_library_that_only_some_requests_need() -> None:
    assert _libraries(_loaded()) & set(_HEAVY) == set()


@pytest.mark.parametrize("path", ["/login", "/login/sso"])
def test_the_sign_in_page_needs_a_template_engine_and_nothing_of_aws_or_saml(path: str) -> None:
    assert _libraries(_loaded(path)) & set(_HEAVY) == {"jinja2"}


@pytest.mark.parametrize("path", ["/login", "/login/sso"])
def test_the_sign_in_page_needs_nothing_of_what_answers_a_posted_form(path: str) -> None:
    parts = {
        name for name in _loaded(path) if role_of(name) in {"store", "service"} or name.startswith("chalicelib.aws.")
    }
    assert parts == {"chalicelib.aws.clients"}


@pytest.mark.parametrize("used", ["boto3", "cryptography.x509", "jinja2", "pydantic"])
def test_what_a_sign_in_calls_loads_nothing_that_it_does_not_use(used: str) -> None:
    loaded = _loaded(code=_CLIENTS)
    assert {"botocore.session", "xmlsec", "cryptography"} <= loaded
    assert used not in loaded

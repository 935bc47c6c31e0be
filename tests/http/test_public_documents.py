"""The API's public documents."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chalicelib.http.problem_types import PROBLEM_TYPES
from tests.support.api import Caller
from tests.support.deployment import Deployment

anonymous = Caller()


def test_health_needs_neither_key_nor_aws(deployment: Deployment) -> None:
    found = anonymous("GET", "/healthz")
    assert (found.status, found.json) == (200, {"status": "ok"})
    assert "table" not in vars(deployment.container)


def test_every_problem_type_is_explained_at_its_address(deployment: Deployment) -> None:
    for code, facts in PROBLEM_TYPES.items():
        found = anonymous("GET", f"/problems/{code}")
        assert (found.status, found.json["title"]) == (200, facts.title)
    page = anonymous("GET", "/problems/not_found", accept="text/html")
    assert page.headers["Content-Type"].startswith("text/html")
    assert anonymous("GET", "/problems/nonsense").status == 404


@pytest.mark.parametrize(
    "module",
    [
        "http.public_documents",
        "http.middleware",
        "http.method_not_allowed",
        "http.api_auth",
        "http.problem_details",
        "registry",
    ],
)
def test_a_route_loads_nothing_heavy_before_it_is_called(module: str) -> None:
    heavy = (
        "boto3",
        "botocore",
        "pydantic",
        "lxml",
        "jinja2",
        "cryptography",
        "argon2",
        "publicsuffixlist",
        "onelogin",
    )
    code = f"import sys, chalicelib.{module}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

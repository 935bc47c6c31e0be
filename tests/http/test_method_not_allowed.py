"""Every path of the application, asked by every method: API Gateway must never have to answer for us."""

from __future__ import annotations

import json
import re

import pytest
from chalice.test import Client

from app import app
from chalicelib.http.method_not_allowed import METHODS
from tests.support.deployment import Deployment

WRONG = {
    path: [method for method, entry in entries.items() if entry.view_name == "wrong_method"]
    for path, entries in app.routes.items()
}


@pytest.mark.parametrize("path", WRONG)
def test_an_unsupported_method_gets_the_allowed_methods(path: str, deployment: Deployment) -> None:
    allowed = [method for method in METHODS if method not in WRONG[path]]
    assert allowed
    concrete = re.sub(r"{[a-z_]+}", "some_value", path)
    with Client(app) as client:
        for method in WRONG[path]:
            reply = client.http.request(method, concrete, {"accept": "application/json"})
            assert (reply.status_code, reply.headers["Allow"]) == (405, ", ".join(allowed)), method
            if method == "HEAD":
                assert reply.body == b""
            else:
                assert reply.headers["Content-Type"] == "application/problem+json"
                assert json.loads(reply.body)["code"] == "method_not_allowed"


def test_the_walk_finds_wrong_methods_everywhere() -> None:
    assert len(WRONG) > 40
    assert [path for path, methods in WRONG.items() if not methods] == ["/saml/{connection_id}/acs"]


@pytest.mark.parametrize("path", [path for path, entries in app.routes.items() if "GET" in entries])
def test_a_get_has_no_body_so_its_content_type_is_not_checked(path: str, deployment: Deployment) -> None:
    concrete = re.sub(r"{[a-z_]+}", "some_value", path)
    with Client(app) as client:
        for method in ("GET", "HEAD"):
            assert client.http.request(method, concrete, {"content-type": "text/xml"}).status_code != 415, method

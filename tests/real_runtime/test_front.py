"""API Gateway's limits and habits, over a function that says what it got; and what the package does with them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.real_runtime.conftest import DeployedProduct
from tests.real_runtime.encryption import contexts
from tests.support.lambda_emulator.lambda_function import LambdaFunction
from tests.support.lambda_emulator.proxy_event import Request
from tests.support.lambda_emulator.server import MAX_BODY, ApiGatewayEmulator
from tests.support.lambda_emulator.template import Function, Template

_ECHO = """
import json, os, sys, time
def handler(event, context):
    query = event["queryStringParameters"] or {}
    time.sleep(float(query.get("seconds", 0)))
    if "raise" in query: raise ValueError("asked for")
    if "exit" in query: os._exit(1)
    if "wrong" in query: return "no proxy answer"
    body = "x" * int(query["octets"]) if "octets" in query else json.dumps([event, context.aws_request_id])
    return {"statusCode": 200, "headers": {"X-Single": "1"}, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
            "body": body}
"""
_TEMPLATE = Template(
    stage="api",
    function=Function("echo.handler", 10.0, 128, {"SOME": "thing"}),
    binary_types=frozenset({"multipart/form-data"}),
    compressed_from=1024,
    paths={"/echo": frozenset({"GET", "POST"}), "/of/{name}": frozenset({"GET"}), "/of/all": frozenset({"GET"})},
)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiGatewayEmulator]:
    """A function that answers with its event, given four seconds by the gateway."""
    folder = tmp_path_factory.mktemp("echo")
    (folder / "code").mkdir()
    (folder / "runtime").mkdir()
    (folder / "code/echo.py").write_text(_ECHO)
    with ExitStack() as running:
        made = running.enter_context(ApiGatewayEmulator(_TEMPLATE, contexts(folder)[0], seconds=4.0))
        made.function = running.enter_context(
            LambdaFunction(_TEMPLATE.function, folder / "code", folder / "runtime", {})
        )
        yield made


def _asked(front: ApiGatewayEmulator, path: str, **values: Any) -> tuple[int, Any]:
    request = Request(
        **{"method": "GET", "query": "", "headers": (), "body": b"", "source_ip": "192.0.2.1", **values}, path=path
    )
    reply = front.answer(request)
    return reply.status, json.loads(reply.body)


def test_the_event_is_a_rest_apis(front: ApiGatewayEmulator) -> None:
    headers = (("X-Odd-CASE", "1"), ("x-twice", "a"), ("x-twice", "b"), ("Content-Type", "text/plain"))
    status, (event, _) = _asked(front, "/api/echo", query="a=1&a=2&b=%2F", headers=headers, method="POST", body=b"text")
    assert status == HTTPStatus.OK
    assert event["headers"] == {"X-Odd-CASE": "1", "x-twice": "b", "Content-Type": "text/plain"}
    assert event["multiValueHeaders"]["x-twice"] == ["a", "b"]
    assert (event["queryStringParameters"], event["multiValueQueryStringParameters"]["a"]) == (
        {"a": "2", "b": "/"},
        ["1", "2"],
    )
    assert (event["path"], event["requestContext"]["path"]) == ("/echo", "/api/echo")
    assert (event["body"], event["isBase64Encoded"]) == ("text", False)
    assert event["requestContext"]["identity"]["sourceIp"] == "192.0.2.1"


def test_a_fixed_path_goes_before_a_parameter(front: ApiGatewayEmulator) -> None:
    _, (fixed, _) = _asked(front, "/api/of/all")
    _, (named, _) = _asked(front, "/api/of/one")
    assert (fixed["resource"], fixed["pathParameters"]) == ("/of/all", None)
    assert (named["resource"], named["pathParameters"]) == ("/of/{name}", {"name": "one"})


def test_octets_of_a_binary_type_arrive_as_base64_and_others_are_spoiled(front: ApiGatewayEmulator) -> None:
    octets = bytes(range(256))
    kind = (("content-type", "multipart/form-data; boundary=x"),)
    _, (event, _) = _asked(front, "/api/echo", method="POST", body=octets, headers=kind)
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (octets, True)
    _, (event, _) = _asked(front, "/api/echo", method="POST", body=octets)
    assert event["body"].encode() != octets


def test_unknown_paths_methods_and_stages_never_reach_the_function(front: ApiGatewayEmulator) -> None:
    missing = {"message": "Missing Authentication Token"}
    assert _asked(front, "/api/elsewhere") == (403, missing)
    assert _asked(front, "/api/echo", method="DELETE") == (403, missing)
    assert _asked(front, "/echo") == (403, {"message": "Forbidden"})


def test_what_is_too_slow_is_given_up(front: ApiGatewayEmulator) -> None:
    assert _asked(front, "/api/echo", query="seconds=4.5") == (504, {"message": "Endpoint request timed out"})
    assert _asked(front, "/api/echo")[0] == HTTPStatus.OK


@pytest.mark.parametrize("query", ["raise=1", "exit=1", "wrong=1", "octets=6400000"])
def test_a_function_that_fails_is_a_bad_gateway_and_the_next_request_is_answered(
    front: ApiGatewayEmulator, query: str
) -> None:
    assert _asked(front, "/api/echo", query=query) == (502, {"message": "Internal server error"})
    assert _asked(front, "/api/echo")[0] == HTTPStatus.OK


def test_an_event_of_more_than_6_mb_is_refused_before_the_function(front: ApiGatewayEmulator) -> None:
    kind = (("content-type", "multipart/form-data; boundary=x"),)
    status, _ = _asked(front, "/api/echo", method="POST", body=bytes(4_800_000), headers=kind)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert _asked(front, "/api/echo", method="POST", body=b"x" * 100_000)[0] == HTTPStatus.OK


def test_several_cookies_and_large_answers_come_back_whole(front: ApiGatewayEmulator) -> None:
    reply = front.answer(Request("GET", "/api/echo", "octets=2000", (("accept-encoding", "gzip"),), b"", "192.0.2.1"))
    assert [value for name, value in reply.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert ("Content-Encoding", "gzip") in reply.headers
    assert len(reply.body) < 200


def test_ten_megabytes_are_the_most(deployed_product: DeployedProduct) -> None:
    url, verify = f"{deployed_product.url}/login", str(deployed_product.authority)
    answer = requests.post(url, headers={"Content-Length": str(MAX_BODY + 1)}, verify=verify, timeout=60)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("header", ["accept", "ACCEPT", "Accept"])
def test_the_product_reads_headers_in_any_spelling(deployed_product: DeployedProduct, header: str) -> None:
    reply = deployed_product.front.answer(
        Request("GET", "/api/setup", "", ((header, "text/html"), ("Host", "localhost")), b"", "192.0.2.1")
    )
    assert ("Content-Type", "text/html; charset=utf-8") in reply.headers


def test_the_product_lives_below_its_stages_path(deployed_product: DeployedProduct) -> None:
    page = deployed_product.visitor().open(f"{deployed_product.url}/login")
    assert page.form(action="/login").get("action") == "/api/login"
    assert deployed_product.visitor().open(f"{deployed_product.url}/nowhere").status == HTTPStatus.FORBIDDEN


def test_the_template_is_the_packaged_apps(template: Template) -> None:
    assert template.function == replace(template.function, handler="app.app", timeout=28.0)
    assert "multipart/form-data" in template.binary_types
    assert template.stage == "api"


def test_no_library_of_this_environment_is_in_the_runtime(deployed_product: DeployedProduct, tmp_path: Path) -> None:
    function = deployed_product.front.function
    assert {path.name.partition(".")[0] for path in function.log.parent.iterdir()} <= {
        "awslambdaric",
        "function",
        "runtime_client",
        "simplejson",
        "snapshot_restore_py",
    }

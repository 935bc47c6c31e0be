"""The description of /v1, and whether the application keeps to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib import container
from chalicelib.http.openapi import openapi_document
from chalicelib.users.model import Role
from tests.support.api import Caller, key_of
from tests.support.deployment import Deployment, new_deployment
from tests.support.operations import OPERATIONS

CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES: Final = 6


def _wsgi(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The application behind WSGI, for schemathesis."""
    headers = {k[5:].replace("_", "-").lower(): v for k, v in environment.items() if k.startswith("HTTP_")}
    if environment.get("CONTENT_TYPE"):
        headers["content-type"] = environment["CONTENT_TYPE"]
    body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
    query = environment.get("QUERY_STRING")
    path = environment["PATH_INFO"].removeprefix("/api") + (f"?{query}" if query else "")
    reply = Caller(headers)(environment["REQUEST_METHOD"], path, body)
    start(f"{reply.status} x", [(name, str(value)) for name, value in reply.headers.items()])
    return [reply.body]


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Deployment, Any]]:
    """The application with one organization, and its schema as schemathesis loads it."""
    with new_deployment() as made:
        monkeypatch.setattr(container, "_container", made.container)
        yield made, schemathesis.openapi.from_wsgi("/openapi.json", _wsgi)


def test_the_description_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(openapi_document("https://sso.example.test/api")).iter_errors()) == []


def test_every_object_that_can_be_read_on_its_own_carries_an_etag() -> None:
    alone = [o for o in OPERATIONS if o.method == "GET" and o.summary.startswith("Get ")]
    assert len(alone) == 7
    assert all(operation.etag for operation in alone)


def test_only_the_health_check_is_described_as_public() -> None:
    paths = openapi_document("https://sso.example.test")["paths"]
    free = [path for path, methods in paths.items() for found in methods.values() if found.get("security") == []]
    assert free == ["/healthz"]


def test_a_body_of_a_new_object_without_a_required_field_may_be_left_out() -> None:
    paths = openapi_document("https://sso.example.test")["paths"]
    root = "/v1/organizations"
    assert paths[root]["post"]["requestBody"]["required"] is True
    assert paths[f"{root}/{{organization_id}}"]["patch"]["requestBody"]["required"] is True
    assert paths[f"{root}/{{organization_id}}/connections"]["post"]["requestBody"]["required"] is False


def test_every_answer_keeps_to_the_description(described: tuple[Deployment, Any]) -> None:
    deployment, schema = described
    acme = deployment.organization()
    admin = deployment.user(acme, "admin@acme.test", Role.ADMIN)
    connection = deployment.connection(acme)
    known = {"organization_id": acme.id, "user_id": admin.id, "connection_id": connection.id}
    authorization = key_of(deployment).headers["authorization"]

    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def probe(case: Any) -> None:
            case.path_parameters = {**(case.path_parameters or {}), **known} if case.path_parameters else {}
            case.path_parameters = {k: v for k, v in case.path_parameters.items() if f"{{{k}}}" in case.path}
            case.headers = {**(case.headers or {}), "Authorization": authorization}
            case.call_and_validate(checks=CHECKS)

        probe()

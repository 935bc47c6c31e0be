"""Limits of request bodies: size, values and reported errors; the API key is checked first."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from chalicelib.connections.metadata_schemas import ImportBody
from chalicelib.connections.pending_schemas import PendingPut
from chalicelib.connections.schemas import ConnectionChange
from chalicelib.http.requests import MAX_BODY_BYTES, MAX_LARGE_BODY_BYTES
from chalicelib.http.routing import Operation
from chalicelib.http.schemas import MAX_ERRORS, MAX_VALUES, RequestModel
from chalicelib.login_policy.schemas import PolicyCheck
from chalicelib.organizations.model import Organization
from tests.support.api import Caller
from tests.support.deployment import Deployment
from tests.support.fixtures_api import acme as acme
from tests.support.operations import OPERATIONS, path_of

SECURED: Final = [o for o in OPERATIONS if o.path.startswith("/v1/") and o.path != "/v1/session"]
MODELS: Final = sorted({o.body for o in OPERATIONS if o.body is not None}, key=lambda model: model.__name__)
UNKNOWN_KEY: Final = Caller({"authorization": "Bearer gh_" + "x" * 51})


def _nodes(schema: Any) -> list[dict[str, Any]]:
    found, stack = [], [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found.append(node)
            stack += node.values()
        elif isinstance(node, list | tuple):
            stack += node
    return found


@pytest.mark.parametrize("operation", SECURED, ids=lambda o: f"{o.method} {o.path}")
def test_an_unknown_key_is_refused_before_a_huge_body_is_parsed(
    deployment: Deployment, acme: Organization, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed_bytes: list[int] = []
    read = RequestModel.model_validate_json.__func__  # type: ignore[attr-defined]

    def counted(model: type[RequestModel], raw: bytes) -> RequestModel:
        parsed_bytes.append(len(raw))
        return read(model, raw)  # type: ignore[no-any-return]

    monkeypatch.setattr(RequestModel, "model_validate_json", classmethod(counted))
    body = b"{" + b",".join(b'"field%d":1' % number for number in range(130_000)) + b"}"
    before = len(deployment.calls)
    refused = UNKNOWN_KEY(operation.method, path_of(operation, acme), body)
    assert (refused.status, refused.code) == (401, "invalid_api_key")
    assert parsed_bytes == []
    assert deployment.calls[before:] == ["BatchGetItem"]


@pytest.mark.parametrize("operation", [o for o in SECURED if o.body], ids=lambda o: f"{o.method} {o.path}")
def test_a_body_over_its_routes_limit_is_413(api: Caller, acme: Organization, operation: Operation) -> None:
    assert operation.body is not None
    most = operation.body.max_bytes
    if operation.if_match or "{connection_id}" in operation.path:
        connection = api("POST", f"/v1/organizations/{acme.id}/connections").json["id"]
        path = path_of(operation, acme).replace(f"conn_{'0' * 32}", connection)
    else:
        path = path_of(operation, acme)
    headers = {"if_match": api("GET", path.removesuffix("/pending")).etag} if operation.if_match else {}
    too_large = api(operation.method, path, b'{"x":"' + b"a" * (most - 7) + b'"}', **headers)
    assert (too_large.status, too_large.code) == (413, "body_too_large")
    fits = api(operation.method, path, b'{"x":"' + b"a" * (most - 8) + b'"}', **headers)
    assert (fits.status, fits.code) == (422, "invalid_request")


def test_only_metadata_and_certificates_may_be_large_and_a_check_is_small() -> None:
    large = {ConnectionChange, PendingPut, ImportBody}
    expected = {
        model: 1_024 if model is PolicyCheck else MAX_LARGE_BODY_BYTES if model in large else MAX_BODY_BYTES
        for model in MODELS
    }
    assert {model: model.max_bytes for model in MODELS} == expected
    assert (MAX_BODY_BYTES, MAX_LARGE_BODY_BYTES) == (65_536, 2_000_000)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_of_a_body_has_a_limit_and_fails_at_its_first_bad_item(model: type[RequestModel]) -> None:
    lists = [node for node in _nodes(model.__pydantic_core_schema__) if node.get("type") == "list"]
    assert all(node.get("max_length") and node.get("fail_fast") for node in lists), lists
    arrays = [node for node in _nodes(model.model_json_schema()) if node.get("type") == "array"]
    assert all("maxItems" in node for node in arrays), arrays
    assert not [node for node in _nodes(model.__pydantic_core_schema__) if node.get("type") in ("dict", "set", "any")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_text_of_a_body_has_a_limit(model: type[RequestModel]) -> None:
    texts = [node for node in _nodes(model.model_json_schema()) if node.get("type") == "string"]
    free = [node for node in texts if not {"maxLength", "enum", "const"} & set(node)]
    assert [node for node in free if node.get("format") not in ("date", "date-time")] == []


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b",".join(b'"f%d":1' % number for number in range(100)) + b"}",
        json.dumps({"x" * 10_000 + str(number): 1 for number in range(100)}).encode(),
        json.dumps({"\x01" * 10_000 + str(number): 1 for number in range(30)}).encode(),
    ],
)
def test_at_most_twenty_errors_are_reported_and_each_is_short(api: Caller, acme: Organization, body: bytes) -> None:
    connection = api("POST", f"/v1/organizations/{acme.id}/connections")
    path = f"/v1/organizations/{acme.id}/connections/{connection.json['id']}"
    refused = api("PATCH", path, body, if_match=connection.etag)
    assert (refused.status, refused.code) == (422, "invalid_request")
    assert len(refused.json["errors"]) == MAX_ERRORS == 20
    assert len(refused.body) < 50_000


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b",".join(b'"f%d":1' % number for number in range(150_000)) + b"}",
        b'{"x509_certificates":[' + b"1," * 900_000 + b"1]}",
        b'{"attribute_mapping":{' + b",".join(b'"f%d":1' % number for number in range(150_000)) + b"}}",
        b'{"allow_guest_emails":' + b"[" * 100 + b"[]," * 600_000 + b"1" + b"]" * 100 + b"}",
    ],
    ids=["fields", "items", "nested fields", "nested items"],
)
def test_a_body_of_very_many_values_gets_one_error(api: Caller, acme: Organization, body: bytes) -> None:
    connection = api("POST", f"/v1/organizations/{acme.id}/connections")
    path = f"/v1/organizations/{acme.id}/connections/{connection.json['id']}"
    assert 1_500_000 < len(body) < MAX_LARGE_BODY_BYTES
    refused = api("PATCH", path, body, if_match=connection.etag)
    assert (refused.status, refused.field_codes) == (422, {"": "too_many_values"})
    assert len(refused.body) < 1_000


def test_a_name_that_stands_twice_is_refused(api: Caller) -> None:
    for body in (b'{"name": "a", "name": "b"}', b"{" + b'"name":1,' * 5_000 + b'"name":1}'):
        refused = api("POST", "/v1/organizations", body)
        assert (refused.status, refused.code) == (400, "malformed_json")


def test_the_fullest_body_that_is_allowed_is_not_too_many_values() -> None:
    names = {field: [f"a{number}" for number in range(20)] for field in ("email", "first_name", "last_name", "groups")}
    full = {"attribute_mapping": names, "allow_guest_emails": ["x"] * 50, "x509_certificates": ["x"] * 4}
    assert 4 * sum(len(value) for value in full.values()) + 200 < MAX_VALUES

"""API Gateway's own responses have the application's format."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.session import Session

from chalicelib.http.unknown_path import unknown_path
from ops.deploy.gateway_responses import GatewayResponse, gateway_responses
from tests.support.deployment import new_deployment

BASE = "https://sso.acme.io"
ALL = gateway_responses(BASE)
KINDS = Session().get_service_model("apigateway").shape_for("GatewayResponseType").metadata["enum"]
_FACTS = {"type", "title", "status", "detail", "code", "request_id"}


def _of(kind: str) -> GatewayResponse:
    (found,) = [response for response in ALL if response.kind == kind]
    return found


def _without_quotes(headers: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value).replace(" 'none'", "") for name, value in headers.items()}


def test_an_unknown_path_is_answered_as_the_application_answers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with new_deployment(base_url=BASE) as deployment:
        monkeypatch.setattr("chalicelib.container._container", deployment.container)
        ours = unknown_path("/no/such/path", {"accept": "application/json"})
    theirs = _of("MISSING_AUTHENTICATION_TOKEN")
    assert isinstance(ours.body, dict)
    its_id = {"request_id": theirs.body["request_id"]}
    assert (theirs.status, theirs.body) == (ours.status_code, {**ours.body, **its_id})
    assert theirs.headers == {
        name: value for name, value in _without_quotes(ours.headers).items() if name != "X-Request-Id"
    }


@pytest.mark.parametrize("response", ALL, ids=[response.kind for response in ALL])
def test_each_is_a_problem_with_the_security_headers(response: GatewayResponse) -> None:
    assert response.body.keys() == _FACTS
    assert response.body["status"] == response.status
    assert response.body["type"] == f"{BASE}/problems/{response.body['code']}"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Content-Security-Policy"].startswith("default-src;")
    assert "max-age" in response.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("response", ALL, ids=[response.kind for response in ALL])
def test_each_is_one_that_api_gateway_takes(response: GatewayResponse) -> None:
    assert response.kind in KINDS
    constants = [value for name, value in response.parameters().items() if not name.endswith("X-Request-Id")]
    assert all(re.fullmatch("'[^']*'", value) for value in constants)
    assert response.parameters()["gatewayresponse.header.X-Request-Id"] == "context.requestId"
    assert re.findall(r"\$[\w.]*", json.dumps(response.body)) == ["$context.requestId"]


def test_api_gateway_never_asks_to_sign_in() -> None:
    refused = [kind for kind in KINDS if re.search("AUTHENTICATION|UNAUTHORIZED|DENIED|INVALID|EXPIRED", kind)]
    assert {_of(kind).status for kind in refused} == {404}


@pytest.mark.parametrize("kind", ["DEFAULT_5XX", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"])
def test_a_request_that_lambda_turned_away_or_answered_too_late_may_come_again(kind: str) -> None:
    assert (_of(kind).status, _of(kind).body["code"]) == (503, "temporarily_unavailable")
    assert _of(kind).headers["Retry-After"] == "5"
    assert "Nothing was changed" not in _of(kind).body["detail"]


@pytest.mark.parametrize("kind", ["THROTTLED", "QUOTA_EXCEEDED"])
def test_a_throttled_client_gets_a_retry_after(kind: str) -> None:
    assert _of(kind).status == 429
    assert _of(kind).headers["Retry-After"] == "5"

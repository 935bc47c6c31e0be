"""A stage that answers wrongly, or not at all, is noticed; one that needs some seconds is waited for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from ops.deploy.deployment import Deployment, DeployOptions, DeploySteps
from ops.deploy.fetch import Answer, Fetch
from ops.deploy.gateway_responses import gateway_responses
from ops.deploy.smoke import smoke_test
from ops.deploy_error import DeployError
from ops.stage import Stage

BASE = "https://sso.acme.io"
UNKNOWN = "conn_" + 32 * "0"
STAGE = Stage("prod", "gatehouse", "api", "REGIONAL", {})
_HEADERS = {name.lower(): value for name, value in gateway_responses(BASE)[0].headers.items()} | {"x-request-id": "1"}


def _json(document: object, status: int = 200, kind: str = "application/json", **headers: str) -> Answer:
    return Answer(status, {**_HEADERS, "content-type": kind, **headers}, json.dumps(document).encode())


def _problem(status: int, code: str, **headers: str) -> Answer:
    facts = {"type": f"{BASE}/problems/{code}", "status": status, "code": code, "request_id": "1"}
    return _json(facts, status, "application/problem+json", **headers)


RIGHT = {
    "GET /healthz": _json({"status": "ok"}),
    "GET /login": Answer(200, {**_HEADERS, "content-type": "text/html; charset=utf-8"}, b"<form>"),
    "GET /openapi.json": _json({"servers": [{"url": BASE}]}),
    f"GET /saml/{UNKNOWN}/metadata": _problem(404, "not_found"),
    "GET /v1/api-keys": _problem(401, "not_signed_in"),
    "PUT /healthz": _problem(405, "method_not_allowed", allow="GET, HEAD"),
    "GET /no/such/path": _problem(404, "not_found"),
    "GET /saml/conn_1/metadata": Answer(
        200, {**_HEADERS, "content-type": "application/samlmetadata+xml"}, f'entityID="{BASE}/saml'.encode()
    ),
}
WRONG = {
    "crashed": ("GET /healthz", _json({"message": "Internal server error"}, 502)),
    "no page": ("GET /login", _json({})),
    "another address": ("GET /openapi.json", _json({"servers": [{"url": "https://old.acme.io"}]})),
    "no description": ("GET /openapi.json", Answer(200, _HEADERS, b"<html>")),
    "table out of reach": (
        f"GET /saml/{UNKNOWN}/metadata",
        _problem(503, "temporarily_unavailable"),
    ),
    "API open to everybody": ("GET /v1/api-keys", _json({"object": "list"})),
    "no Allow": ("PUT /healthz", _problem(405, "method_not_allowed")),
    "API Gateway's own answer": ("GET /no/such/path", _json({"message": "Missing Authentication Token"}, 403)),
    "another's problem": ("GET /no/such/path", _json({"type": "about:blank", "status": 404}, 404)),
    "no security headers": ("GET /healthz", Answer(200, {"content-type": "application/json"}, b'{"status": "ok"}')),
    "no keys": ("GET /saml/conn_1/metadata", _problem(503, "temporarily_unavailable")),
}


def _deployment(fetch: Fetch) -> tuple[Deployment, list[float]]:
    pauses: list[float] = []
    parts: DeploySteps = replace(DeploySteps(lambda project, stage: project), fetch=fetch, pause=pauses.append)
    wishes = DeployOptions(smoke_at="https://stage.invalid/api/", connection="conn_1")
    return Deployment(Path(), STAGE, boto3.Session(), parts, wishes, base_url=BASE), pauses


def _path(method: str, url: str) -> str:
    return f"{method} {url.removeprefix('https://stage.invalid/api')}"


def test_a_stage_that_answers_rightly_passes_without_a_pause() -> None:
    asked: list[str] = []

    def fetch(method: str, url: str, headers: Mapping[str, str]) -> Answer:
        asked.append(_path(method, url))
        return RIGHT[asked[-1]]

    deployment, pauses = _deployment(fetch)
    smoke_test(deployment)
    assert set(asked) == RIGHT.keys()
    assert pauses == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_noticed(name: str) -> None:
    where, wrong = WRONG[name]
    answers = {**RIGHT, where: wrong}
    deployment, pauses = _deployment(lambda method, url, headers: answers[_path(method, url)])
    with pytest.raises(DeployError, match="Smoke test"):
        smoke_test(deployment)
    assert 20 < sum(pauses) < 40


def test_a_stage_that_is_not_everywhere_yet_is_waited_for() -> None:
    failures: list[OSError] = [OSError("no answer yet"), OSError("still none")]

    def fetch(method: str, url: str, headers: Mapping[str, str]) -> Answer:
        if failures:
            raise failures.pop()
        return RIGHT[_path(method, url)]

    deployment, pauses = _deployment(fetch)
    smoke_test(deployment)
    assert len(pauses) == 2

"""Checks the deployed stage over HTTP, without signing in and without changing anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.http.problem_details import PROBLEM_JSON
from chalicelib.sign_in.pages import METADATA
from ops.deploy.deployment import Deployment
from ops.deploy.fetch import Answer
from ops.deploy.gateway_responses import gateway_responses
from ops.deploy_error import DeployError

_NO_CONNECTION: Final = f"conn_{'0' * 32}"
_MAX_ATTEMPTS: Final = 12
_PAUSE: Final = 2.5
"""Seconds. A deployment of an API stage is in force everywhere after some seconds."""


@dataclass(frozen=True, slots=True)
class Check:
    """One request, and what is wrong with its answer, if anything is."""

    name: str
    path: str
    complaint: Callable[[Answer], str | None]
    method: str = "GET"
    accept: str = "application/json"


def smoke_test(deployment: Deployment) -> None:
    """Send every check until it is answered rightly, for half a minute at most.

    Raises:
        DeployError: one never was.
    """
    at = (deployment.wishes.smoke_at or deployment.invoke_url).rstrip("/")
    for check in checks(deployment.base_url, deployment.wishes.connection):
        complaint = _try_until_ready(deployment, check, at)
        if complaint:
            raise DeployError(
                f"Smoke test: {check.name} ({check.method} {at}{check.path}): {complaint}.",
                "The stage is deployed as it is. Look at its log group, or roll back (docs/deploy.md).",
            )
        deployment.say(f"{check.name}: right")


def checks(base_url: str, connection: str | None = None) -> Iterator[Check]:
    """Every check of a deployment with this public address."""
    yield Check("the function runs", "/healthz", _is_json({"status": "ok"}))
    yield Check("sign-in page", "/login", _is_page, accept="text/html")
    yield Check("public address", "/openapi.json", _names(base_url))
    yield Check("table", f"/saml/{_NO_CONNECTION}/metadata", _is_problem(base_url, 404, "not_found"))
    yield Check("API without a key", "/v1/api-keys", _is_problem(base_url, 401, "not_signed_in"))
    yield Check("wrong method", "/healthz", _is_problem(base_url, 405, "method_not_allowed", "allow"), method="PUT")
    yield Check("unknown path", "/no/such/path", _is_problem(base_url, 404, "not_found"))
    if connection:
        yield Check("metadata", f"/saml/{connection}/metadata", _is_metadata(base_url))


def _try_until_ready(deployment: Deployment, check: Check, at: str) -> str | None:
    complaint: str | None = None
    for attempt in range(_MAX_ATTEMPTS):
        if attempt:
            deployment.parts.pause(_PAUSE)
        try:
            answer = deployment.parts.fetch(check.method, f"{at}{check.path}", {"Accept": check.accept})
        except OSError as error:
            complaint = f"no answer, {error}"
            continue
        complaint = check.complaint(answer) or _lacks_headers(answer.headers)
        if complaint is None:
            return None
    return complaint


def _lacks_headers(headers: Mapping[str, str]) -> str | None:
    (first, *_) = gateway_responses("https://any.invalid")
    wanted = {name.lower() for name in first.headers} - {"vary"} | {"x-request-id"}
    missing = sorted(wanted - headers.keys())
    return f"lacks the headers {', '.join(missing)}" if missing else None


def _is_json(expected: Any) -> Callable[[Answer], str | None]:
    return lambda answer: None if (answer.status, _json(answer)) == (200, expected) else _got(answer)


def _is_page(answer: Answer) -> str | None:
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return None if answer.status == 200 and is_html and b"<form" in answer.body else _got(answer)


def _is_metadata(base_url: str) -> Callable[[Answer], str | None]:
    def complaint(answer: Answer) -> str | None:
        kind = answer.headers.get("content-type")
        return None if (answer.status, kind) == (200, METADATA) and base_url.encode() in answer.body else _got(answer)

    return complaint


def _names(base_url: str) -> Callable[[Answer], str | None]:
    def complaint(answer: Answer) -> str | None:
        document = _json(answer)
        servers = document.get("servers") if isinstance(document, dict) else None
        return None if servers == [{"url": base_url}] else f"it says its address is {servers}, not {base_url}"

    return complaint


def _is_problem(base_url: str, status: int, code: str, *headers: str) -> Callable[[Answer], str | None]:
    def complaint(answer: Answer) -> str | None:
        document = _json(answer)
        facts = document if isinstance(document, dict) else {}
        expected = {"type": f"{base_url}/problems/{code}", "status": status, "code": code}
        right = answer.status == status and answer.headers.get("content-type") == PROBLEM_JSON
        if not right or {**facts, **expected} != facts or not facts.get("request_id"):
            return f"expected {status} {code} as a problem document, {_got(answer)}"
        return f"lacks {headers}" if set(headers) - answer.headers.keys() else None

    return complaint


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _got(answer: Answer) -> str:
    return f"got {answer.status} {answer.headers.get('content-type')}: {answer.body[:200].decode(errors='replace')}"

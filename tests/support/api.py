"""Callers of the API in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from chalice.test import Client

from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sessions.service import new_session
from chalicelib.users.model import User
from tests.support.deployment import Deployment

_CLIENT: list[Client] = []


@dataclass(frozen=True)
class Reply:
    """A response."""

    status: int
    headers: dict[str, Any]
    body: bytes

    @property
    def json(self) -> Any:
        """The body of a JSON answer."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem document."""
        assert self.headers["Content-Type"] == "application/problem+json", self.body
        assert self.json["status"] == self.status
        return str(self.json["code"])

    @property
    def field_codes(self) -> dict[str, str]:
        """Pointers and codes of a problem document's errors."""
        return {entry["pointer"]: entry["code"] for entry in self.json["errors"]}

    @property
    def etag(self) -> str:
        """The ETag."""
        return str(self.headers["ETag"])


@dataclass(frozen=True)
class Caller:
    """A client with its credentials as headers."""

    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, /, **headers: str) -> Reply:
        """One request; `body` as JSON unless it is bytes. Underscores in header names stand for hyphens."""
        sent = self.headers | {name.replace("_", "-").lower(): value for name, value in headers.items()}
        raw = b""
        if body is not None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent = {"content-type": "application/json"} | sent
        answer = _client().http.request(method, path, headers=sent, body=raw)
        return Reply(answer.status_code, answer.headers, answer.body)

    def having(self, **headers: str) -> Caller:
        """The same with further headers."""
        return replace(self, headers=self.headers | {n.replace("_", "-").lower(): v for n, v in headers.items()})


def key_of(deployment: Deployment, organization_id: str | None = None) -> Caller:
    """A caller with a new API key."""
    _, secret = deployment.container.api_keys.create(name="test", organization_id=organization_id, now=deployment.now)
    return Caller({"authorization": f"Bearer {secret}"})


def browser_of(deployment: Deployment, user: User) -> Caller:
    """A caller with a session of this user, whose pages are ours."""
    session = new_session(user, AuthenticationMethod.PASSWORD, deployment.now)
    deployment.container.table.write(session.write)
    return Caller({"cookie": f"__Host-gatehouse_session={session.cookie}", "sec-fetch-site": "same-origin"})


def _client() -> Client:
    if not _CLIENT:
        from app import app

        _CLIENT.append(Client(app))
    return _CLIENT[0]

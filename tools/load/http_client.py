"""An HTTP client for the local run: one connection, keeps cookies, follows no redirects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

_LOOPBACK: Final = "127.0.0.1"
_PATIENCE: Final = 20
"""Timeout of one response in seconds."""


class UnexpectedReply(Exception):
    """An unexpected response; the text has the request and the response."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A response."""

    status: int
    headers: Message
    body: bytes

    @property
    def document(self) -> Any:
        """Parses the body as JSON.

        Raises:
            ValueError: it isn't JSON.
        """
        return json.loads(self.body)


class Client:
    """A context manager; `base_url` is http://localhost:PORT. Connects to loopback only."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._connection = HTTPConnection(_LOOPBACK, parts.port, timeout=_PATIENCE)
        self._host = parts.netloc
        self._cookies: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def ask(
        self, step: str, method: str, url: str, status: int, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> HttpReply:
        """The answer with this status.

        Args:
            step: the name of the step, for error messages.

        Raises:
            Unexpected: another status came.
            OSError, http.client.HTTPException: none came.
        """
        parts = urlsplit(url)
        sent = {"Host": self._host, "Accept": "application/json", **(headers or {})}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._connection.request(method, target, body.encode() or None, sent)
        response = self._connection.getresponse()
        answered = HttpReply(response.status, response.headers, response.read())
        if answered.status != status:
            raise UnexpectedReply(f"{step}: {answered.status} {_code(answered)}".rstrip())
        self._keep(answered.headers.get_all("Set-Cookie", []))
        return answered

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value


def _code(answered: HttpReply) -> str:
    try:
        return str(answered.document["code"])
    except (ValueError, KeyError, TypeError):
        return ""

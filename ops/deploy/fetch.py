"""One HTTP request, as the smoke test sends it."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; header names are lowercase."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetch(Protocol):
    """Sends one request.

    Raises:
        OSError: there was no answer.
    """

    def __call__(self, method: str, url: str, headers: Mapping[str, str]) -> Answer: ...


def fetch(method: str, url: str, headers: Mapping[str, str]) -> Answer:
    """One request, redirects not followed.

    Raises:
        OSError: there was no answer.
    """
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(url, method=method, headers=dict(headers))  # noqa: S310 - our own address
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            return Answer(answer.status, _lower(answer.headers.items()), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _lower(error.headers.items()), error.read())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}

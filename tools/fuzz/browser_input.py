"""Fuzzes the browser's input besides the response: form, cookies, RelayState and return path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import ClassVar, Final, cast
from urllib.parse import urljoin, urlsplit

from chalice.app import Request

from chalicelib.http.cookies import cookies_in
from chalicelib.identifier import new_id
from chalicelib.return_path import HOME, safe_return_path
from chalicelib.sign_in.authn_state import new_request, number_in, relay_state, sign_request, verify_request
from chalicelib.sign_in.pages import _form
from tools.fuzz.target import Broken, Target

_RESPONSE_LONGEST: Final = 256_000
_BASE: Final = "https://sso.example.test"
_KEY: Final = b"k" * 32


class BrowserInput(Target):
    """Uses the same bytes as a form body, a Cookie header, a RelayState and a path."""

    words: ClassVar = (b"SAMLResponse=", b"&RelayState=", b"%2F", b"%5C", b"%252e", b"//", b"__Host-", b"; ", b"%00")

    def __init__(self) -> None:
        super().__init__()
        now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self._connection = new_id("conn", now=now)
        self._request = new_request(self._connection, 1, "/reports", now)
        self._sealed, self._state = sign_request(self._request, _KEY), relay_state(self._request, _KEY)

    def seeds(self) -> Sequence[bytes]:
        """A form, cookies, our own RelayState and cookie value, and paths."""
        form = f"SAMLResponse=PHNhbWw%2BPC9zYW1sPg%3D%3D&RelayState={self._state}"
        texts = (
            form,
            f"__Host-gh_x={self._sealed}; a=b",
            self._state,
            self._sealed,
            "/reports?year=2026#a",
            "/%2e%2e/",
        )
        return [text.encode() for text in texts]

    def run(self, octets: bytes) -> str:
        """Parses one input in every way."""
        text = octets.decode("utf-8", "surrogateescape")
        form = _form(cast("Request", SimpleNamespace(raw_body=octets)), _RESPONSE_LONGEST)
        cookies = cookies_in(text)
        number = number_in(text, self._connection, [_KEY])
        if number is not None and text != self._state:
            raise Broken(f"a RelayState made up: {text!r}")
        for value in (text, *cookies.values(), *form.values()):
            restored = verify_request(value, self._request.flow_id, self._connection, [_KEY])
            if restored is not None and restored != self._request:
                raise Broken(f"a cookie made up: {value!r}")
        return ", ".join((self._path(text), "form" if form else "no form", "cookies" if cookies else "no cookies"))

    def _path(self, text: str) -> str:
        path = safe_return_path(text)
        target = urlsplit(urljoin(f"{_BASE}/", path))
        if (target.scheme, target.netloc) != ("https", "sso.example.test") or not target.path.startswith("/"):
            raise Broken(f"leads away: {path!r}")
        if safe_return_path(path) != path:
            raise Broken(f"kept once, refused twice: {path!r}")
        return "home" if path == HOME else "path"

"""A browser without JavaScript, as far as these tests need one: cookies, forms, redirects."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalice.app import Chalice
from chalice.test import Client

from tests.support.deployment import PASSWORD

_HIDDEN = re.compile(
    r'<input type="(?:hidden|text)" name="([^"]+)" value="([^"]*)"(?: autocomplete="username" readonly hidden)?>'
)


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: dict[str, Any]
    text: str

    @property
    def location(self) -> str:
        """Returns the target of a redirect."""
        return str(self.headers["Location"])

    @property
    def json(self) -> Any:
        """The body of a JSON answer."""
        return json.loads(self.text)

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of all forms on the page."""
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}

    @property
    def cookies(self) -> list[str]:
        """The Set-Cookie headers."""
        found = self.headers.get("Set-Cookie", [])
        return found if isinstance(found, list) else [found]


@dataclass
class Browser:
    """Talks to the application in this process."""

    app: Chalice
    cookies: dict[str, str] = field(default_factory=dict)
    last: Answer | None = None

    def get(self, path: str, **headers: str) -> Answer:
        """Open a path."""
        return self._sent("GET", path, headers)

    def post(
        self, path: str, *, token: str | None = None, accept: str = "text/html", **fields: str | list[str]
    ) -> Answer:
        """Post a form with the hidden fields of the page that was shown last."""
        posted = self._hidden(token) | fields
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": accept}
        return self._sent("POST", path, headers, urlencode(posted, doseq=True).encode())

    def upload(self, path: str, content: bytes, *, token: str | None = None, **fields: str) -> Answer:
        """Like `post`, with a file in the field `import_file`."""
        posted = self._hidden(token) | fields
        head, kind = '--x\r\nContent-Disposition: form-data; name="', "multipart/form-data; boundary=x"
        parts = [f'{head}{name}"\r\n\r\n{value}\r\n'.encode() for name, value in posted.items()]
        parts.append(f'{head}import_file"; filename="it.xml"\r\n\r\n'.encode())
        self.app.api.binary_types.append(kind)  # API Gateway compares the type alone, Chalice's client the whole header
        try:
            return self._sent("POST", path, {"content-type": kind}, b"".join([*parts, content, b"\r\n--x--\r\n"]))
        finally:
            self.app.api.binary_types.remove(kind)

    def _hidden(self, token: str | None) -> dict[str, str | list[str]]:
        hidden: dict[str, str | list[str]] = dict(self.last.hidden) if self.last else {}
        return hidden | ({"form_token": token} if token is not None else {})

    def follow(self, answer: Answer, base: str = "/api") -> Answer:
        """Go where a redirect to us leads."""
        target = urlsplit(answer.location)
        return self.get(target.path.removeprefix(base) + (f"?{target.query}" if target.query else ""))

    def _sent(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        sent = {"accept": "text/html", **headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with Client(self.app) as client:
            answer = client.http.request(method, path, headers=sent, body=body)
        got = Answer(answer.status_code, dict(answer.headers), answer.body.decode())
        for line in got.cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies.pop(name, None) if "Max-Age=0" in line else self.cookies.update({name: value})
        if got.status != 303:
            self.last = got
        return got


def sign_in(browser: Browser, email: str, password: str = PASSWORD) -> Answer:
    """Signs in with a password and returns the response to the form."""
    browser.get("/login/password")
    return browser.post("/login/password", email=email, password=password)

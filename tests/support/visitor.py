"""A person with a browser that runs no scripts: keeps cookies, follows redirects, sends forms."""

from __future__ import annotations

import json
import ssl
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml import html

_PATIENCE = 20
"""Seconds for one answer."""


@dataclass(frozen=True)
class Seen:
    """A page as it arrived, after redirects."""

    url: str
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The page's text without markup, in one line."""
        return " ".join(self._document.text_content().split())

    @property
    def json(self) -> Any:
        """The document, if it is one."""
        return json.loads(self.body)

    def form(self, *, action: str = "", form_id: str | None = None) -> html.FormElement:
        """The form with this ID, or else the first whose address contains `action`."""
        for form in self._document.forms:
            if form.get("id") == form_id if form_id else action in (form.get("action") or ""):
                return form
        raise AssertionError(f"no such form on {self.url} ({self.status}): {self.text[:400]}")

    @property
    def _document(self) -> html.HtmlElement:
        return html.fromstring(self.body, base_url=self.url)


class Visitor:
    """One person; cookies marked Secure go to http://localhost too, as in Chromium and Firefox."""

    def __init__(self, trusting: ssl.SSLContext | None = None) -> None:
        self.cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusting),
            urllib.request.HTTPCookieProcessor(self.cookies),
            _RefusalsAreAnswers,
        )

    def open(self, url: str) -> Seen:
        """Go to an address."""
        return self._send(urllib.request.Request(url))

    def submit(self, page: Seen, *, action: str = "", form_id: str | None = None, **fields: str) -> Seen:
        """Fill a form in, send it, and follow where it leads. The page's origin goes along, as browsers send it."""
        form = page.form(action=action, form_id=form_id)
        values = urlencode({**dict(form.form_values()), **fields})
        address = urljoin(page.url, form.get("action") or page.url)
        if form.method == "GET":
            return self.open(f"{address.partition('?')[0]}?{values}")
        return self.post(address, values, origin="/".join(page.url.split("/")[:3]))

    def post(self, url: str, form: str, *, origin: str) -> Seen:
        """Send an encoded form as a page of `origin` would."""
        return self._send(urllib.request.Request(url, form.encode(), {"Origin": origin}))

    def _send(self, request: urllib.request.Request) -> Seen:
        request.add_header("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
        with self._opener.open(request, timeout=_PATIENCE) as response:
            return Seen(response.url, response.status, response.headers, response.read())


class _RefusalsAreAnswers(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> Any:
        return super().http_response(request, response) if 300 <= response.status < 400 else response

    https_response = http_response

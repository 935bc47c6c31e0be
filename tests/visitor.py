"""A person with a browser that runs no scripts: keeps cookies, follows redirects, sends forms."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin

import requests
from lxml import html

_PATIENCE = 20
"""Seconds for one answer."""


@dataclass(frozen=True)
class Seen:
    """A page as it arrived, after redirects."""

    response: requests.Response

    @property
    def url(self) -> str:
        """Where the person is now."""
        return self.response.url

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def text(self) -> str:
        """What is on it, without mark-up, in one line."""
        return " ".join(self._document.text_content().split())

    def form(self, *, action: str = "", form_id: str | None = None) -> html.FormElement:
        """The form with this ID, or else the first whose address contains `action`."""
        for form in self._document.forms:
            if form.get("id") == form_id if form_id else action in (form.get("action") or ""):
                return form
        raise AssertionError(f"no such form on {self.url} ({self.status}): {self.text[:400]}")

    @property
    def _document(self) -> html.HtmlElement:
        return html.fromstring(self.response.content, base_url=self.url)


class Visitor:
    """One person; cookies marked Secure go to http://localhost too, as in Chromium and Firefox."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))

    def open(self, url: str) -> Seen:
        """Go to an address."""
        return Seen(self._session.get(url, timeout=_PATIENCE))

    def submit(self, page: Seen, *, action: str = "", form_id: str | None = None, **fields: str) -> Seen:
        """Fill a form in, send it, and follow where it leads. An origin goes along, as browsers send it."""
        form = page.form(action=action, form_id=form_id)
        values = {**dict(form.form_values()), **fields}
        address = urljoin(page.url, form.get("action") or page.url)
        if form.method == "GET":
            return Seen(self._session.get(address, params=values, timeout=_PATIENCE))
        origin = "/".join(page.url.split("/")[:3])
        return Seen(self._session.post(address, values, headers={"Origin": origin}, timeout=_PATIENCE))

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

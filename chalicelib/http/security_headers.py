"""Headers of every response."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.http.framework import Response
from chalicelib.settings import Settings

# ASVS 5.0, sections 3.4 and 14.3. Defaults; a response may set its own value.
_ALWAYS: Final[dict[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def security_headers(settings: Settings) -> dict[str, str]:
    """Returns the headers of a deployment; the local run has no TLS, so no HSTS."""
    if settings.local:
        return dict(_ALWAYS)
    return {"Strict-Transport-Security": "max-age=63072000; includeSubDomains", **_ALWAYS}


def complete(response: Response, settings: Settings, request_id: str) -> None:
    """Adds missing headers and the request ID to the response."""
    present = {name.lower() for name in response.headers}
    wanted: dict[str, Any] = {**security_headers(settings), "X-Request-Id": request_id}
    if response.status_code >= 400:
        wanted["Vary"] = "Accept"
    response.headers.update({name: value for name, value in wanted.items() if name.lower() not in present})

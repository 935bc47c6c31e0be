"""Decides whether an error is rendered as a page or as a problem document (RFC 9110 section 12.5.1)."""

from __future__ import annotations

from typing import Final

_FOR_PROGRAMS: Final = ("/healthz", "/openapi.json", "/problems/", "/static/")
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_MAX_RANGES: Final = 20


def wants_page(path: str, accept: str | None) -> bool:
    """True if an error at `path` is rendered as a page.

    Never under /v1. Elsewhere it is a page unless the client prefers JSON; on paths for programs only if the client
    explicitly accepts HTML.
    """
    if path == "/v1" or path.startswith("/v1/"):
        return False
    page, document = _weights(accept or "")
    if path.startswith(_FOR_PROGRAMS) or path.endswith("/metadata"):
        return page > document
    return page >= document


def _weights(accept: str) -> tuple[float, float]:
    """Returns the weights of HTML and JSON if named explicitly; wildcards don't count."""
    page = document = 0.0
    for part in accept.lower().split(",")[:_MAX_RANGES]:
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weight = quality(next((p for p in parameters if p.startswith("q=")), ""))
        if kind in _PAGES:
            page = max(page, weight)
        elif kind == "application/json" or kind.endswith("+json"):
            document = max(document, weight)
    return page, document


def quality(parameter: str) -> float:
    """Parses the weight in `q=0.5` (RFC 9110 section 12.4.2); 1 if absent, 0 if invalid."""
    if not parameter.strip():
        return 1.0
    name, _, number = parameter.strip().partition("=")
    whole, _, fraction = number.partition(".")
    if name.strip() != "q" or whole not in {"0", "1"} or not (fraction or "0").isdecimal() or len(fraction) > 3:
        return 0.0
    return min(1.0, float(number))

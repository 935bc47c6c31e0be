"""Page or document: what a failure looks like to whoever asked (RFC 9110 section 12.5.1)."""

from __future__ import annotations

from typing import Final

_FOR_PROGRAMS: Final = ("/healthz", "/openapi.json", "/problems/", "/static/")
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_MAX_RANGES: Final = 20


def wants_page(path: str, accept: str | None) -> bool:
    """Whether a failure at `path` is told as a page.

    Never under /v1. Elsewhere it is one unless the caller would rather have JSON; only where programs ask, a page must
    be asked for by name.
    """
    if path == "/v1" or path.startswith("/v1/"):
        return False
    page, document = _weights(accept or "")
    if path.startswith(_FOR_PROGRAMS) or path.endswith("/metadata"):
        return page > document
    return page >= document


def _weights(accept: str) -> tuple[float, float]:
    """Of HTML and of JSON, each where it is named; wildcards name neither."""
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
    """The weight in `q=0.5` (RFC 9110 section 12.4.2); 1 for none, 0 for what can't be read."""
    if not parameter.strip():
        return 1.0
    name, _, number = parameter.strip().partition("=")
    whole, _, fraction = number.partition(".")
    if name.strip() != "q" or whole not in {"0", "1"} or not (fraction or "0").isdecimal() or len(fraction) > 3:
        return 0.0
    return min(1.0, float(number))

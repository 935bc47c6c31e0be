"""The stylesheet and the optional script, under names that change with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound

static_files = Blueprint(__name__)

_PAGES: Final = Path(__file__).parents[1] / "pages"
_TYPES: Final = {"sso.css": "text/css; charset=utf-8", "sso.js": "text/javascript; charset=utf-8"}


def static_path(name: str) -> str:
    """Where a file is served: `/static/sso.<sha8>.css`."""
    stem, _, ending = name.partition(".")
    return f"/static/{stem}.{hashlib.sha256(_text(name).encode()).hexdigest()[:8]}.{ending}"


@static_files.route("/static/{name}")
def static_file(name: str) -> Response:
    """One of the two files, to be kept for ever by whoever gets it."""
    for file, content_type in _TYPES.items():
        if static_path(file) == f"/static/{name}":
            return Response(_text(file), headers={**_HEADERS, "Content-Type": content_type})
    raise NotFound


_HEADERS: Final = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


@cache
def _text(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")

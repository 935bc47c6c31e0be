"""Stylesheets, the optional script and the deployment's branding, under names with a content hash."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chalicelib.container import current
from chalicelib.errors import NotFound
from chalicelib.http.framework import Blueprint, Response

if TYPE_CHECKING:
    from chalicelib.http.accent_color import Shades

static_files = Blueprint(__name__)

_FOLDER: Final = Path(__file__).parents[1] / "static"
_FILES: Final = ("basic.css", "sso.css", "lists.css", "sso.js", "post.js")
_BRAND: Final = ("colors.css", "logo.svg")
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}
_HEADERS: Final = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def static_path(name: str) -> str:
    """The path of a file: `/static/sso.<sha8>.css`."""
    return _path(name, _text(name))


def brand_path(name: str) -> str:
    """The path of the deployment's `colors.css` or `logo.svg`, if it has one."""
    return _path(name, _brand_text(name))


@static_files.route("/static/{name}")
def static_file(name: str) -> Response:
    """Serves a static file with unlimited caching."""
    for file, text in (
        (file, read(file)) for read, files in ((_text, _FILES), (_brand_text, _BRAND)) for file in files
    ):
        if text and _path(file, text) == f"/static/{name}":
            return Response(text, headers={**_HEADERS, "Content-Type": _TYPES[file.rpartition(".")[2]]})
    raise NotFound


def _path(name: str, text: str) -> str:
    stem, _, ending = name.partition(".")
    return f"/static/{stem}.{hashlib.sha256(text.encode()).hexdigest()[:8]}.{ending}"


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _brand_text(name: str) -> str:
    """Generates the file from the settings; "" if they don't define it."""
    settings = current().settings
    if name == "logo.svg":
        return settings.logo or ""
    return _colors(settings.accent_color) if settings.accent_color else ""


@cache
def _colors(accent: str) -> str:
    from chalicelib.http.accent_color import shades

    light, dark = shades(accent)
    return f":root{{{_variables(light)}}}\n@media (prefers-color-scheme:dark){{:root{{{_variables(dark)}}}}}\n"


def _variables(shade: Shades) -> str:
    return (
        f"--accent:{shade.accent};--accent-hover:{shade.hover};--accent-soft:{shade.soft};"
        f"--on-accent:{shade.on_accent};--focus:{shade.accent}"
    )

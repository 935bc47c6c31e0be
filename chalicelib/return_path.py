"""The path that a browser goes to after signing in, restricted to this deployment."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

MAX_LENGTH: Final = 512  # bytes
HOME: Final = "/"


def safe_return_path(text: str | None) -> str:
    r"""Returns `text` if it is a path relative to the base URL, else "/".

    A valid path starts with exactly one "/" and contains no backslash, "//", control character or dot segment, at any
    level of percent-encoding. Anything else could lead to another site (RFC 3986 section 4.2; browsers read "\" as
    "/").
    """
    if not text or len(text.encode("utf-8", "surrogatepass")) > MAX_LENGTH:
        return HOME
    layer = text
    while True:
        if not _is_plain_path(layer):
            return HOME
        decoded = unquote(layer, errors="strict") if _decodes(layer) else ""
        if decoded == layer:
            return text
        layer = decoded


def in_location(path: str) -> str:
    """Encodes a path for a Location header: only URI characters (RFC 3986 section 2). Existing percent-encoding is
    kept.
    """
    return quote(path, safe="/?#[]@!$&'()*+,;=:%~")


def _decodes(text: str) -> bool:
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _is_plain_path(text: str) -> bool:
    if not text.startswith("/") or "//" in text or "\\" in text:
        return False
    if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text):
        return False
    path = text.partition("?")[0].partition("#")[0]
    return not any(segment in {".", ".."} for segment in path.split("/"))

"""Emphasis in guides: labels of a vendor's console in bold, values to copy as code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markupsafe import Markup

_MARKED: Final = re.compile(r"\*\*(?P<b>[^*]+)\*\*|`(?P<code>[^`]+)`")


def emphasized(text: Markup | str) -> Markup:
    """Renders text between `**` in bold, and text between backticks as code."""
    from markupsafe import Markup, escape

    parts, at = list[Markup](), 0
    for found in _MARKED.finditer(text):
        parts.append(escape(text[at : found.start()]))
        tag = found.lastgroup or ""
        parts.append(Markup("<{0}>{1}</{0}>").format(Markup(tag), text[found.start(tag) : found.end(tag)]))  # noqa: S704
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])

"""What stands in guides, in the reader's language; names of the vendor's console and of SAML stay theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chalicelib.routes.translated import in_english, translated

if TYPE_CHECKING:
    from markupsafe import Markup

_MARKED: Final = re.compile(r"\*\*(?P<b>.+?)\*\*|`(?P<code>.+?)`")


def guide_words(text: str) -> Markup | str:
    """A guide's step, or what a vendor calls something."""
    found = None if in_english() else translated("guide", text)
    return text if found is None else found


def emphasized(text: Markup | str) -> Markup:
    """The text with what stands between `**` in bold and what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts, at = list[Markup](), 0
    for found in _MARKED.finditer(text):
        parts.append(escape(text[at : found.start()]))
        tag = found.lastgroup or ""
        parts.append(Markup("<{0}>{1}</{0}>").format(Markup(tag), text[found.start(tag) : found.end(tag)]))  # noqa: S704
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])

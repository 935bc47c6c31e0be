"""What is wrong with something that was given, in the reader's language. The rules below speak English only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.routes.words import english

if TYPE_CHECKING:
    from markupsafe import Markup


def fault_words(detail: str) -> Markup:
    """The sentence in the reader's language; one that no catalogue has is marked as English."""
    from chalicelib.routes.translated import translated

    found = translated("fault", detail)
    return english(detail) if found is None else found

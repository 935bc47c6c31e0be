"""What is wrong with something that was given, in the reader's language. The rules below speak English only."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.routes.words import LANGUAGES, english, t, texts_of

if TYPE_CHECKING:
    from markupsafe import Markup


def fault_words(detail: str) -> Markup:
    """The sentence in the reader's language; one that no catalogue has is marked as English."""
    key = _keys().get(detail)
    return t(key) if key else english(detail)


@cache
def _keys() -> dict[str, str]:
    """English sentence → its key."""
    from markupsafe import Markup

    return {Markup(text).unescape(): f"fault.{name}" for name, text in texts_of(LANGUAGES[0], "fault").items()}  # noqa: S704 ours

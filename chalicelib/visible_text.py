"""Validates names that users type."""

from __future__ import annotations

import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")  # required in Persian, Hindi and emoji


def has_only_visible_characters(text: str) -> bool:
    """True if the text has visible characters and no control, bidirectional or invisible ones (Unicode TR 36 section
    2).
    """
    hidden = (unicodedata.category(character) in _UNSEEN and character not in _JOINERS for character in text)
    return bool(text.strip()) and not any(hidden)

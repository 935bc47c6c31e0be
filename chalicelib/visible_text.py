"""Names that people type: what may stand in them."""

from __future__ import annotations

import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")  # Persian, Hindi and emoji are spelt with them


def has_only_visible_characters(text: str) -> bool:
    """Whether something can be seen of it, and nothing hides in it or turns it round (Unicode TR 36 section 2)."""
    hidden = (unicodedata.category(character) in _UNSEEN and character not in _JOINERS for character in text)
    return bool(text.strip()) and not any(hidden)

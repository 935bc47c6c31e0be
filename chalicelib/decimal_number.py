"""Whole numbers that strangers write: in forms, queries and headers."""

from __future__ import annotations

from typing import Final

MAX_DIGITS: Final = 10


def parse_decimal(text: str, *, digits: int = MAX_DIGITS) -> int | None:
    """The number, or None where the text is anything but one to `digits` ASCII digits.

    `int` itself takes signs, underscores, blanks and other scripts' digits, and raises beyond 4,300 digits.
    """
    if not (0 < len(text) <= digits and text.isascii() and text.isdecimal()):
        return None
    return int(text)

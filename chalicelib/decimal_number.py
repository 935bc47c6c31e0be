"""Parses whole numbers from untrusted text: forms, queries and headers."""

from __future__ import annotations

from typing import Final

MAX_DIGITS: Final = 10


def parse_decimal(text: str, *, digits: int = MAX_DIGITS) -> int | None:
    """Returns the number, or None unless `text` is one to `digits` ASCII digits.

    `int` alone also accepts signs, underscores, spaces and non-ASCII digits, and raises beyond 4,300 digits.
    """
    if not (0 < len(text) <= digits and text.isascii() and text.isdecimal()):
        return None
    return int(text)

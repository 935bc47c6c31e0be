"""Reads certificates in hexadecimal: digits, arrays in source code, and the lines of a dump."""

from __future__ import annotations

import re
from typing import Final

_PREFIXES: Final = ("0x", "\\x", "x'")
_PUNCTUATION: Final = str.maketrans("", "", " \t\r\n:,;{}()[]'\"`")
_BEGINNINGS: Final = ("3082", "3081")
_DIGITS: Final = frozenset("0123456789abcdef")
_DUMP_LINE: Final = re.compile(r"\s{0,8}[0-9a-f]{4,8}[:h]?\s{1,4}((?:[0-9a-f]{2}\s{0,2}){1,16})(?:\s.*|\|.*)?")
"""An offset, up to sixteen octets, and the same octets as text."""


def der_in_hexadecimal(text: str) -> bytes | None:
    """Returns the DER that a text consists of in hexadecimal, or None for any other text."""
    lowered = text.strip().lower()
    if "3082" not in lowered and "82" not in lowered[:80] and "81" not in lowered[:80]:
        return None
    digits = lowered.partition("{")[2].partition("}")[0] or lowered  # an array with its name
    for prefix in _PREFIXES:
        digits = digits.replace(prefix, "")
    return _octets(digits.translate(_PUNCTUATION)) or _octets(_digits_of_dump(lowered))


def _octets(digits: str) -> bytes | None:
    if not digits.startswith(_BEGINNINGS) or len(digits) % 2 or not _DIGITS.issuperset(digits):
        return None
    return bytes.fromhex(digits)


def _digits_of_dump(text: str) -> str:
    digits = []
    for line in text.splitlines():
        found = _DUMP_LINE.fullmatch(line)
        if found is None:
            return ""
        digits.append("".join(found[1].split()))
    return "".join(digits)

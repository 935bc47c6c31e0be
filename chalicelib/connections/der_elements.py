"""Finds whole DER elements in base64 and in binary data (X.690)."""

from __future__ import annotations

import binascii
import re
from typing import Final

_TRUST: Final = re.compile(rb"\x30[\x00-\x7f](?:\x30[\x00-\x7f]\x06|[\xa0\x0c\x04\xa1])", re.DOTALL)


def decode_base64(text: str) -> bytes | None:
    """Decodes base64. Padding is recomputed, because soft line breaks in mail look like it."""
    compact = text.replace("=", "")
    if not compact or not compact.isascii():
        return None
    try:
        return binascii.a2b_base64(compact + "=" * (-len(compact) % 4), strict_mode=True)
    except ValueError:
        return None


def whole_elements(text: str) -> tuple[bytes, ...]:
    """The certificates in base64 that consists of whole DER elements, encoded together or each for itself."""
    octets = decode_base64(text)
    if octets is not None and _end_of_element(octets) is not None:
        elements = elements_in(octets)
        if len(elements) > 1 or _end_of_element(elements[0]) == len(elements[0]):
            return elements
    compact, found, start = text.replace("=", ""), list[bytes](), 0
    while start < len(compact):
        end = _end_of_element(decode_base64(compact[start : start + 8]) or b"")
        length = -(-(end or 0) * 4 // 3)
        element = None if end is None else decode_base64(compact[start : start + length])
        if element is None or len(element) != end:
            return ()
        found.append(element)
        start += length
    return tuple(found)


def elements_in(octets: bytes) -> tuple[bytes, ...]:
    """DER elements that follow one another, without OpenSSL's trust settings (`TRUSTED CERTIFICATE`) at the end.

    Octets that aren't whole elements to their end stay together: they are refused as a whole.
    """
    found, start = list[bytes](), 0
    while start < len(octets):
        length = _end_of_element(octets[start : start + 5])
        if length is None or start + length > len(octets):
            trust = octets[start:]
            is_trust = len(found) == 1 and _TRUST.match(trust) and len(trust) == trust[1] + 2
            return tuple(found) if is_trust else (octets,)
        found.append(octets[start : start + length])
        start += length
    return tuple(found) or (octets,)


def _end_of_element(octets: bytes) -> int | None:
    """Where a DER sequence ends that is longer than 127 octets, as each certificate is; None for anything else."""
    if len(octets) < 5 or octets[0] != 0x30:
        return None
    count = octets[1] - 0x80
    return 2 + count + int.from_bytes(octets[2 : 2 + count]) if 1 <= count <= 3 else None

"""Describes form values that are not base64, and decoded values that are not XML, for the checks of an attempt."""

from __future__ import annotations

import zlib
from string import ascii_letters, digits
from typing import Final

from lxml import etree

from chalicelib.i18n.message import Message, message

_ALPHABET: Final = (ascii_letters + digits + "+/").encode()
_BLANKS: Final = b" \t\r\n"
_BEGINNING: Final = 2_000  # bytes that are inflated
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def describe_non_base64(text: str) -> Message:
    """Describes what is wrong with a form value that isn't base64 (RFC 4648 section 4)."""
    octets = text.encode("ascii", "replace")
    if octets.lstrip().startswith(b"<"):
        return message("check.readable.raw_xml")
    compact = octets.translate(None, _BLANKS)
    content = compact.rstrip(b"=")
    foreign = content.translate(None, _ALPHABET)[:1]
    if foreign == b"%":
        return message("check.readable.percent_encoded")
    if foreign in (b"-", b"_"):
        return message("check.readable.base64url")
    if foreign == b"=":
        return message("check.readable.inner_padding", position=octets.index(b"=") + 1)
    if foreign:
        at = octets.index(foreign)
        return message("check.readable.foreign_character", character=ascii(text[at])[1:-1], position=at + 1)
    return message("check.readable.base64_length", number=len(content), padding=len(compact) - len(content))


def describe_non_xml(octets: bytes, error: etree.XMLSyntaxError | None = None) -> Message:
    """Describes decoded bytes that aren't XML, or the position of the first error."""
    if not octets.strip():
        return message("check.readable.nothing")
    if begins_like_xml(octets):
        line, column = (0, 0) if error is None else error.position
        return message("check.readable.xml_error", line=line, column=column)
    try:
        is_deflated = begins_like_xml(zlib.decompressobj(-zlib.MAX_WBITS).decompress(octets[:_BEGINNING], _BEGINNING))
    except zlib.error:
        is_deflated = False
    if is_deflated:
        return message("check.readable.deflated")
    if b"\0" in octets:
        return message("check.readable.zeros")
    is_base64 = not octets[:_BEGINNING].translate(None, _ALPHABET + b"=" + _BLANKS)
    return message("check.readable.base64_twice" if is_base64 else "check.readable.no_xml")


def begins_like_xml(octets: bytes) -> bool:
    """True if the first character, after a byte order mark and white space, begins a tag."""
    return octets.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<")

"""Decodes a file by its byte order mark or declared encoding (XML 1.0, appendix F)."""

from __future__ import annotations

import codecs
import re
from typing import Final

from chalicelib.saml.import_refused import ImportRefused

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_MARK: Final = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"\s{0,20}<\?xml[^>]{0,100}?\sencoding\s{0,20}=\s{0,20}[\"']([A-Za-z0-9._:-]{1,40})[\"']"
)
_DECLARATION: Final = re.compile(r"\s{0,100}<\?xml\s[^>]{0,300}?\?>")
_ENCODINGS: Final = frozenset(
    {
        *("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
        *(f"iso8859-{number}" for number in range(1, 17)),
        *(f"cp{number}" for number in (437, 850, 852, 858, 866, 874, 932, 949, 950, *range(1250, 1259))),
        *("koi8-r", "koi8-u", "mac-roman", "shift_jis", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr"),
    }
)
"""Python's names. Stateful encodings (UTF-7, ISO 2022, HZ) are excluded: in those, ASCII bytes can stand for other
characters.
"""
_WIDE: Final = frozenset({"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})
_FALLBACK: Final = "cp1252"


def decoded(octets: bytes) -> str:
    """Decodes a file by its byte order mark, its first bytes or its XML declaration, else as UTF-8.

    A file that declares no encoding and isn't valid UTF-8 is decoded as Windows-1252; this affects only non-ASCII
    characters.

    Raises:
        ImportRefused: `unknown_encoding`: the declared encoding isn't supported; `not_understood`: the file isn't text.
    """
    for mark, encoding in _MARKS:
        if octets.startswith(mark):
            return _decode_strictly(octets[len(mark) :], encoding)
    for begin, encoding in _WITHOUT_MARK:
        if octets.startswith(begin):
            return _decode_strictly(octets, encoding)
    if (found := _DECLARED.match(octets)) is not None:
        return _decode_as_declared(octets, found[1].decode())
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_strictly(octets, _FALLBACK)


def without_declaration(text: str) -> str:
    """Removes the XML declaration, whose encoding no longer applies to decoded text."""
    found = _DECLARATION.match(text)
    return text[found.end() :] if found else text


def _decode_as_declared(octets: bytes, name: str) -> str:
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        encoding = ""
    if encoding not in _ENCODINGS:
        raise ImportRefused("unknown_encoding")
    # A declaration that is readable byte by byte can't be in a wide encoding: the file was converted afterwards.
    return _decode_strictly(octets, "utf-8" if encoding in _WIDE else encoding)


def _decode_strictly(octets: bytes, encoding: str) -> str:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError:
        raise ImportRefused("not_understood") from None

"""Reverses what word processors, mail programs, chats and web pages do to copied text.

Every step runs in time linear in the length of the text; no pattern has unbounded look-around.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_HYPHENS: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe58\ufe63\uff0d"
_QUOTES: Final = "\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a"
_BLANKS: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE: Final = "\x00\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_PLAIN_QUOTES: Final = str.maketrans(dict.fromkeys(_QUOTES, '"'))
_VISIBLE: Final = str.maketrans(
    dict.fromkeys(_HYPHENS, "-")
    | dict.fromkeys(_QUOTES, '"')
    | dict.fromkeys(_BLANKS, " ")
    | dict.fromkeys(_INVISIBLE, "")
    | dict.fromkeys("\u2028\u2029\x0b\x0c\x85", "\n")
)
_ESCAPES: Final = (
    (re.compile(r"\\u00(0[aAdD9]|2[bBfFdD]|3[dD])"), lambda m: chr(int(m[1], 16))),
    (re.compile(r"%(0[aAdD9]|2[0bBfFdD]|3[dD])"), lambda m: chr(int(m[1], 16))),
    (re.compile(r"=(0[AD9]|2[0BFD]|3D)"), lambda m: chr(int(m[1], 16))),
)
"""Escapes of JSON, URLs and quoted-printable, limited to characters that occur in certificates."""
_TAG: Final = re.compile(r"<[^<>]{0,1000}>")


def visible(text: str) -> str:
    """Replaces typographic hyphens, quotes and spaces with plain ones, and removes invisible characters."""
    return text.translate(_VISIBLE)


def plain_quotes(text: str) -> str:
    """Replaces typographic quotes with plain ones."""
    return text.translate(_PLAIN_QUOTES)


def without_transport(text: str) -> str:
    r"""Decodes escapes: literal `\n`, JSON, HTML entities, quoted-printable, percent-encoding."""
    if "%" in text and ("%2B" in text or "%2b" in text or "BEGIN+" in text):
        text = text.replace("+", " ")  # a form's field, in which a plus sign is %2B
    text = text.replace("\\r", "").replace("\\n", "\n").replace("\\t", " ").replace("\\/", "/")
    if "&" in text:
        try:
            text = unescape(text)
        except ValueError:  # a number with more digits than Python parses
            text = text.replace("&", " ")
    for pattern, letter in _ESCAPES:
        text = pattern.sub(letter, text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_markup(text: str) -> str:
    """Replaces tags with line breaks."""
    return _TAG.sub("\n", text) if "<" in text else text

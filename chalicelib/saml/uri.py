"""Reads xs:anyURI values: addresses and entity IDs in SAML messages."""

from __future__ import annotations

from typing import Final

XML_BLANKS: Final = " \t\r\n"


def uri(text: str) -> str:
    """Strips surrounding white space, which is insignificant in this type (XML Schema part 2, section 3.2.17).

    Only XML white space is stripped: a no-break space is part of the value.
    """
    return text.strip(XML_BLANKS)


def optional_uri(text: str | None) -> str | None:
    """Same as `uri`, for an optional attribute."""
    return None if text is None else uri(text)

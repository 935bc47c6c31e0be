"""Values of type xs:anyURI, as SAML carries addresses and entity IDs of service providers."""

from __future__ import annotations

from typing import Final

XML_BLANKS: Final = " \t\r\n"


def uri(text: str) -> str:
    """The value without the white space around it, which the type does not count (XML Schema part 2, section 3.2.17).

    Only white space of XML: a no-break space is part of the value.
    """
    return text.strip(XML_BLANKS)


def optional_uri(text: str | None) -> str | None:
    """The same of an attribute that may be absent."""
    return None if text is None else uri(text)

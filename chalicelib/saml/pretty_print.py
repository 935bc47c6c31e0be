"""Formats a posted response for display. The content is unverified."""

from __future__ import annotations

from lxml import etree

from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.decode import decode, parse_xml
from chalicelib.saml.validation_error import ValidationError


def pretty_print(response: UnverifiedResponse, size_limit: int) -> str | None:
    """Returns the indented XML, or None if it can't be parsed. Indentation invalidates its signatures."""
    try:
        root = parse_xml(decode(response, size_limit))
    except ValidationError:
        return None
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")

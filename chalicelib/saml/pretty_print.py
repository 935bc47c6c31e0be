"""A posted response made readable for people. What it says is proven in nothing."""

from __future__ import annotations

from lxml import etree

from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.decode import decode, parse_xml
from chalicelib.saml.validation_error import ValidationError


def pretty_print(response: UnverifiedResponse, size_limit: int) -> str | None:
    """The XML, indented; None where it can't be read. The indented copy is for eyes: its signatures don't hold."""
    try:
        root = parse_xml(decode(response, size_limit))
    except ValidationError:
        return None
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")

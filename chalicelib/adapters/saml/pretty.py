"""A posted response made readable for people. What it says is proven in nothing."""

from __future__ import annotations

from lxml import etree

from chalicelib.adapters.saml.decoding import decode, parse_xml
from chalicelib.adapters.saml.refused import ValidationError
from chalicelib.domain.assertion import UnverifiedResponse


def pretty_print(response: UnverifiedResponse, size_limit: int) -> str | None:
    """The XML, indented; None where it can't be read. The indented copy is for eyes: its signatures don't hold."""
    try:
        root = parse_xml(decode(response, size_limit))
    except ValidationError:
        return None
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")

"""Decodes the form value and parses the XML: strict base64, UTF-8, no DTD, no external resources."""

from __future__ import annotations

import binascii
import re
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.i18n.message import message
from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.check import CheckName
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.unreadable import begins_like_xml, describe_non_base64, describe_non_xml
from chalicelib.saml.validation_error import ValidationError, malformed, too_large
from chalicelib.saml.xml_parser import parse_untrusted

MAX_MARKUP_CHARS: Final = {b"<": 3_000, b">": 6_000, b"&": 8_000, b"\n": 8_000, b"\r": 8_000}
"""Limits on the cost of building and walking a tree. A response with 800 groups, each with its own namespace
declarations, stays below them."""

MAX_QUOTES: Final = 5_000
"""Two quotation marks per attribute. Equal signs are no measure: a directory's group is a distinguished name with half
a dozen."""

_NO_MARKS: Final = bytes(set(range(256)) - set(b"".join(MAX_MARKUP_CHARS)) - set(b"\"'"))
_BLANKS: Final = b" \t\r\n"
_UTF8_NAMES: Final = (b"utf-8", b"utf8")
_DECLARED: Final = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")


def decode(response: UnverifiedResponse, size_limit: int) -> bytes:
    """Decodes the form value to XML bytes.

    Args:
        size_limit: maximum length of the form value, in characters.

    Raises:
        ValidationError: too large, or not exactly one base64 text (RFC 4648 section 4), XML white space aside.
    """
    if len(response) > size_limit:
        raise ValidationError(
            RefusalCode.SAML_TOO_LARGE,
            CheckName.READABLE,
            expected=message("check.readable.characters_most", number=size_limit),
            received=message("check.readable.characters", number=len(response)),
        )
    try:
        text = response.encode("ascii")
        if any(blank in text for blank in _BLANKS):
            text = text.translate(None, _BLANKS)
        # Python's strict mode accepts any padding after a text that needs none.
        if len(text) % 4 or text.endswith(b"==="):
            raise malformed(message("check.readable.a_base64"), describe_non_base64(response))
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise malformed(message("check.readable.a_base64"), describe_non_base64(response)) from None


def parse_xml(octets: bytes) -> Element:
    """Returns the root of an XML document that is UTF-8 and has no DTD (SAML Bindings section 3.1.1, SDP-G03).

    The bytes are searched for a document type declaration before parsing, so entity expansion attacks cost nothing.
    """
    if b"<!" in octets and (b"<!DOCTYPE" in octets or b"<!ENTITY" in octets):
        raise malformed(message("check.readable.no_document_type"), message("check.readable.document_type"))
    if octets[:1] != b"<" and not begins_like_xml(octets):
        raise malformed(message("check.readable.well_formed"), describe_non_xml(octets))
    if b"\0" in octets:  # libxml2 takes 4 ms for 120 kB of null bytes
        raise malformed(message("check.readable.well_formed"), message("check.readable.zeros"))
    marks = octets.translate(None, _NO_MARKS)  # counting in the remaining bytes takes a quarter of the time
    if any(marks.count(mark) > most for mark, most in MAX_MARKUP_CHARS.items()):
        raise too_large(message("check.readable.too_many_elements"))
    if marks.count(b'"') + marks.count(b"'") > MAX_QUOTES:
        raise too_large(message("check.readable.too_many_elements"))
    _require_utf8(octets)
    try:
        root = parse_untrusted(octets)
    except etree.XMLSyntaxError as error:
        raise malformed(message("check.readable.well_formed"), describe_non_xml(octets, error)) from None
    if root.getroottree().docinfo.xml_version != "1.0":
        raise malformed("XML 1.0", message("check.readable.another_version"))
    return root


def reparse_xml(canonical: bytes) -> Element:
    """Returns the root of canonical XML made by this package. Forbidden content was refused before canonicalization."""
    return parse_untrusted(canonical)


def _require_utf8(octets: bytes) -> None:
    declared = _DECLARED.match(octets.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in _UTF8_NAMES:
        raise malformed(message("check.readable.utf8"), message("check.readable.another_encoding"))
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed(message("check.readable.utf8"), message("check.readable.not_utf8")) from None

"""From form value to tree: nothing but one strict base64 text of UTF-8 XML without a DTD."""

from __future__ import annotations

import base64
import zlib

import pytest
from lxml import etree

from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.check import CheckName
from chalicelib.saml.decode import MAX_MARKUP_CHARS, MAX_QUOTES, decode, parse_xml, reparse_xml
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError
from tests.support.message_text import told

MARK = b"\xef\xbb\xbf"


def refusal_of_text(text: str, limit: int = 1000) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        decode(UnverifiedResponse(text), limit)
    return refused.value


def refusal_of(octets: bytes) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        parse_xml(octets)
    return refused.value


def test_a_form_value_as_long_as_allowed_is_decoded_and_a_longer_one_is_too_large() -> None:
    assert decode(UnverifiedResponse("PGEvPg=="), 8) == b"<a/>"
    refused = refusal_of_text("PGEvPg==", 7)
    assert (refused.reason, refused.check) == (RefusalCode.SAML_TOO_LARGE, CheckName.READABLE)
    assert (told(refused.expected), told(refused.received)) == ("at most 7 characters", "8 characters")


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_line_ends_between_base64_lines_are_passed_over(line_end: str) -> None:
    lines = base64.b64encode(b"<Response/>" * 20).decode()
    text = line_end.join([lines[:64], lines[64:128], lines[128:], ""])
    assert decode(UnverifiedResponse(text), 1000) == b"<Response/>" * 20


@pytest.mark.parametrize("text", ["PGEv Pg==", "PGEv\tPg==", " P G E v\r\n\t Pg = = ", "\n PGEvPg==\n"])
def test_white_space_of_xml_is_passed_over_wherever_it_stands(text: str) -> None:
    assert decode(UnverifiedResponse(text), 1000) == b"<a/>"


def test_white_space_counts_before_it_is_passed_over() -> None:
    assert refusal_of_text("PGEv Pg==", 8).reason is RefusalCode.SAML_TOO_LARGE


@pytest.mark.parametrize("blank", ["\v", "\f", "\x85", "\u00a0", "\u2028", "\u3000", "\0"])
def test_other_white_space_is_not_base64(blank: str) -> None:
    assert refusal_of_text(f"PGEv{blank}Pg==").reason is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize(
    "text",
    [
        "PGEvPg=",
        "PGEvPg",
        "PGEvPg===",
        "PGEv====",
        "P===",
        "PGEvPg==AAAA",
        "PGE_",
        "ä" * 4,
        "\udc80AAA",
    ],
)
def test_whatever_is_not_one_base64_text_is_malformed(text: str) -> None:
    assert refusal_of_text(text).reason is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("<samlp:Response/>", "XML that isn't base64-encoded"),
        (" \n<samlp:Response/>", "XML that isn't base64-encoded"),
        ("PGEvPg%3D%3D", "base64 that is percent-encoded once too often"),
        ("PGE_", "base64 in the alphabet of URLs (- and _ instead of + and /)"),
        ("PGEvPg==AAAA", "padding (=) in the middle, at character 7"),
        ("PGEv\u00a0Pg==", "the character \\xa0 at position 5"),
        ("PGEvPg", "6 characters and 0 of padding (=), which no base64 text has"),
        ("PGEvPg===", "6 characters and 3 of padding (=), which no base64 text has"),
    ],
)
def test_a_value_that_is_not_base64_is_described(text: str, received: str) -> None:
    refused = refusal_of_text(text)
    assert (told(refused.expected), told(refused.received)) == ("a base64 text", received)


@pytest.mark.parametrize(
    ("octets", "received"),
    [
        (b"", "an empty value"),
        (b" \n", "an empty value"),
        (b"<a>\n<b></a>", "XML with an error in line 2, column 8"),
        (zlib.compress(b"<samlp:Response/>" * 9)[2:-4], "deflated XML, as HTTP-Redirect sends it"),
        (base64.b64encode(b"<samlp:Response/>"), "base64 that was encoded twice"),
        (b"{}", "something that isn't XML"),
        (b"\xff\xfe<\0a\0", "zeros"),
    ],
)
def test_a_value_that_is_not_xml_is_described(octets: bytes, received: str) -> None:
    refused = refusal_of(octets)
    assert (told(refused.expected), told(refused.received)) == ("well-formed XML", received)


def test_utf8_is_taken_under_its_other_name() -> None:
    assert parse_xml(b'<?xml version="1.0" encoding="utf8"?><a/>').tag == "a"


@pytest.mark.parametrize(
    "octets",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a/>',
        b"<a><!ENTITY</a>",
        b"<a>&#0;</a>",
        b"<a",
        b"",
        b"<a>\xff</a>",
        b"<a>\xed\xa0\x80</a>",
        b'<?xml version="1.1"?><a/>',
        b'<?xml version="1.0" encoding="iso-8859-1"?><a/>',
        b'<?xml version="1.0" encoding="us-ascii"?><a/>',
        MARK + b'<?xml version="1.0" encoding="utf-16"?><a/>',
    ],
)
def test_whatever_is_not_plain_xml_in_utf8_is_malformed(octets: bytes) -> None:
    refused = refusal_of(octets)
    assert (refused.reason, refused.check) == (RefusalCode.SAML_MALFORMED, CheckName.READABLE)


def test_an_entity_declaration_is_found_before_anything_is_parsed() -> None:
    assert told(refusal_of(b"<!ENTITY").received) == "a document type"


def test_zeros_are_found_before_anything_is_parsed() -> None:
    assert told(refusal_of(b"\0").received) == "zeros"


def test_another_encoding_is_named_as_the_reason() -> None:
    assert told(refusal_of(b"<a>\xff</a>").received) == "octets that are not UTF-8"


@pytest.mark.parametrize("octets", [b"<a/>", MARK + b"<a/>", MARK + b'<?xml version="1.0" encoding="UTF-8"?><a/>'])
def test_utf8_is_taken_with_and_without_a_byte_order_mark(octets: bytes) -> None:
    assert parse_xml(octets).tag == "a"


@pytest.mark.parametrize(
    ("most", "mark"),
    [(3_000, b"<b/>"), (6_000, b">"), (8_000, b"&lt;"), (8_000, b"\n"), (8_000, b"\r")],
)
def test_as_many_marks_as_allowed_are_parsed_and_one_more_is_refused(most: int, mark: bytes) -> None:
    own = 2 if mark in {b"<b/>", b">"} else 0
    assert MAX_MARKUP_CHARS[mark[:1]] == most
    assert parse_xml(b"<a>" + mark * (most - own) + b"</a>").tag == "a"
    refused = refusal_of(b"<a>" + mark * (most - own + 1) + b"</a>")
    assert (refused.reason, refused.check) == (RefusalCode.SAML_TOO_LARGE, CheckName.READABLE)
    assert told(refused.expected) == "a response of ordinary size"
    assert told(refused.received) == "too many elements, attributes or references"


def test_as_many_quotes_as_allowed_are_parsed_and_one_more_is_refused() -> None:
    assert MAX_QUOTES == 5_000
    quotes = b"'" * 2_500 + b'"' * 2_500
    assert parse_xml(b"<a>" + quotes + b"</a>").tag == "a"
    refused = refusal_of(b"<a>" + quotes + b"'</a>")
    assert (refused.reason, told(refused.received)) == (
        RefusalCode.SAML_TOO_LARGE,
        "too many elements, attributes or references",
    )


def test_equal_signs_of_texts_count_for_nothing() -> None:
    assert parse_xml(b"<a>" + b"uid=ada,ou=people " * 1_500 + b"</a>").tag == "a"


def test_an_entity_is_never_resolved() -> None:
    root = reparse_xml(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    assert [etree.tostring(child) for child in root] == [b"&x;"]


def test_a_document_type_adds_no_attributes_and_validates_nothing() -> None:
    root = reparse_xml(b'<!DOCTYPE a [<!ELEMENT a EMPTY><!ATTLIST a ID CDATA "_x">]><a><b/></a>')
    assert not root.keys()


def test_a_document_type_elsewhere_is_not_fetched(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("dtd")
    (folder / "a.dtd").write_text('<!ATTLIST a ID CDATA "_x">')
    assert reparse_xml(f'<!DOCTYPE a SYSTEM "{folder}/a.dtd"><a/>'.encode()).keys() == []


def test_nothing_is_repaired() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        reparse_xml(b"<a><b></a>")


def test_a_tree_deeper_than_the_parser_s_own_limit_is_not_parsed() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        reparse_xml(b"<a>" * 300 + b"</a>" * 300)


def test_blanks_comments_and_processing_instructions_stay_and_cdata_becomes_text() -> None:
    root = reparse_xml(b"<a> <b/><!--c--><?d?><e><![CDATA[<]]></e></a>")
    assert etree.tostring(root) == b"<a> <b/><!--c--><?d?><e>&lt;</e></a>"


def test_eight_hundred_groups_with_their_own_namespaces_are_accepted() -> None:
    value = '<s:AttributeValue xmlns:xs="urn:a" xmlns:xsi="urn:b" xsi:type="xs:string">group</s:AttributeValue>'
    assert len(parse_xml(f'<r xmlns:s="urn:s">{value * 800}</r>'.encode())) == 800

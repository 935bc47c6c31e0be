"""From form value to tree: nothing but one strict base64 text of UTF-8 XML without a DTD."""

from __future__ import annotations

import pytest

from chalicelib.adapters.saml.decoding import MARKS_MOST, decoded, parsed
from chalicelib.adapters.saml.refused import Refused
from chalicelib.domain.assertion import UnverifiedResponse
from chalicelib.domain.refusal import RefusalCode


def _code(form: str, limit: int = 256_000) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        decoded(UnverifiedResponse(form), limit)
    return refused.value.reason


def test_base64_in_lines_is_taken() -> None:
    assert decoded(UnverifiedResponse("PGE+\r\nPC9h\nPg=="), 100) == b"<a></a>"


@pytest.mark.parametrize(
    "form", ["PGEv Pg==", "PGEvPg", "PGEvPg==x", "PGEvPg==\x00", "PGEv-_==", "PGEvPg===", "é", "="]
)
def test_anything_but_base64_is_malformed(form: str) -> None:
    assert _code(form) is RefusalCode.SAML_MALFORMED


def test_the_size_is_looked_at_first() -> None:
    assert _code("!" * 101, limit=100) is RefusalCode.SAML_TOO_LARGE
    assert _code("!" * 100, limit=100) is RefusalCode.SAML_MALFORMED


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<a>",
        b"<a/>x",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b'<?xml version="1.1"?><a/>',
        "<a/>".encode("utf-16"),
        b"<a>\xff</a>",
        b"<a>\x00</a>",
        b"<a>" * 300 + b"</a>" * 300,
        b"<r>" + b"<a/>" * MARKS_MOST[b"<"] + b"</r>",
        b"<r " + b" ".join(b'a%d=""' % number for number in range(MARKS_MOST[b"="] + 1)) + b"/>",
    ],
    ids=lambda octets: repr(octets[:40]),
)
def test_what_is_not_plain_xml_is_malformed(octets: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parsed(octets)
    assert refused.value.reason is RefusalCode.SAML_MALFORMED


def test_a_byte_order_mark_and_a_declaration_are_taken() -> None:
    assert parsed(b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><a/>').tag == "a"


def test_a_long_real_response_is_no_monster() -> None:
    """Eight hundred group values, each written as Keycloak writes them."""
    value = (
        '<s:AttributeValue xmlns:xs="urn:a" xmlns:xsi="urn:b" xsi:type="xs:string">group-0123456789</s:AttributeValue>'
    )
    assert len(parsed(f'<r xmlns:s="urn:s">{value * 800}</r>'.encode())) == 800

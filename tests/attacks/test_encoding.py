"""The form value: strict base64 of UTF-8 XML, within the size limit, no deeper than a parser should go."""

from __future__ import annotations

import base64
import codecs
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import quote

import pytest

from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import assert_refused, attack
from tests.support.identity_provider import GOOD, Changes, Trust, document, send, trust
from tests.support.verification import refusal

MALFORMED: Final = RefusalCode.SAML_MALFORMED
TOO_LARGE: Final = RefusalCode.SAML_TOO_LARGE

FORMS: Final[dict[str, Callable[[str], str]]] = {
    "empty": lambda _: "",
    "blank": lambda _: "  ",
    "text": lambda _: "hello",
    "xml": lambda text: base64.b64decode(text).decode(),
    "plus-became-space": lambda text: text.replace("+", " ") + " ",
    "vertical-tab": lambda text: text[:40] + "\v" + text[40:],
    "no-break-space": lambda text: text[:40] + "\u00a0" + text[40:],
    "zero-width-space": lambda text: text[:40] + "\u200b" + text[40:],
    "url-safe-character": lambda text: text[:40] + "-" + text[41:],
    "underscore": lambda text: text[:40] + "_" + text[41:],
    "comma": lambda text: text[:40] + "," + text[40:],
    "full-width-letter": lambda text: "Ｐ" + text[1:],
    "nul-inside": lambda text: text[:40] + "\0" + text[40:],
    "nul-behind": lambda text: text + "\0",
    "one-character-less": lambda text: text.rstrip("=")[:-1],
    "padding-inside": lambda text: text[:40] + "====" + text[40:],
    "padding-first": lambda text: "=" + text,
    "rest-behind-padding": lambda text: base64.b64encode(base64.b64decode(text) + b" ").decode().rstrip("=") + "==QQ==",
    "second-document": lambda text: text + "=" + text,
    "twice-encoded": lambda text: base64.b64encode(text.encode()).decode(),
    "percent-encoded": lambda text: quote(base64.b64encode(base64.b64decode(text) + b"\n").decode(), safe=""),
    "data-uri": lambda text: "data:text/xml;base64," + text,
    "deflated": lambda text: base64.b64encode(zlib.compress(base64.b64decode(text))[2:-4]).decode(),
    "zlib": lambda text: base64.b64encode(zlib.compress(base64.b64decode(text))).decode(),
    "base32": lambda text: base64.b32encode(base64.b64decode(text)).decode(),
    "hexadecimal": lambda text: base64.b64decode(text).hex(),
    "surrogate": lambda text: text[:40] + "\ud800" + text[41:],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_value_that_is_not_strict_base64_of_a_document_is_refused(form: Callable[[str], str]) -> None:
    assert_refused(attack("form", MALFORMED, changes=Changes(form=form)))


@pytest.mark.parametrize("rest", [0, 1, 2])
@pytest.mark.parametrize("more", ["=", "==", "===", "====", "=\r\n=", "AAAA"])
def test_padding_that_does_not_belong_there_is_refused(rest: int, more: str) -> None:
    def change(octets: bytes) -> bytes:
        return octets + b"\n" * ((rest - len(octets)) % 3)

    form = {0: lambda text: text + more.replace("AAAA", "=AAA")}.get(rest, lambda text: text + more)
    assert_refused(attack("padding", MALFORMED, changes=Changes(octets=change, form=form)))


def _declared(encoding: str, codec: str) -> Callable[[bytes], bytes]:
    def change(octets: bytes) -> bytes:
        text = octets.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
        return text.encode(codec)

    return change


def _without_declaration(octets: bytes) -> str:
    return octets.decode().partition("?>")[2].lstrip()


OCTETS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "utf-16": _declared("UTF-16", "utf-16"),
    "utf-16-without-mark": _declared("UTF-16LE", "utf-16-le"),
    "utf-16-undeclared": lambda octets: _without_declaration(octets).encode("utf-16"),
    "utf-32": _declared("UTF-32", "utf-32"),
    "utf-7": _declared("UTF-7", "utf-7"),
    "latin-1": _declared("ISO-8859-1", "latin-1"),
    "windows-1252": _declared("windows-1252", "cp1252"),
    "ebcdic": _declared("IBM037", "cp037"),
    "shift-jis": _declared("Shift_JIS", "shift_jis"),
    "declared-utf-16-but-utf-8": _declared("UTF-16", "utf-8"),
    "unknown-encoding": _declared("x-unknown", "utf-8"),
    "utf-16-mark-before-utf-8": lambda octets: codecs.BOM_UTF16_LE + octets,
    "overlong": lambda octets: octets.replace(b"member@", b"member\xc1\x80"),
    "broken-utf-8": lambda octets: octets.replace(b"member@", b"member\xff@"),
    "encoded-surrogate": lambda octets: octets.replace(b"member@", b"member\xed\xa0\x80@"),
    "nul": lambda octets: octets.replace(b"member@", b"member\0@"),
    "nul-behind": lambda octets: octets + b"\0",
    "control-character": lambda octets: octets.replace(b"member@", b"member\x08@"),
    "xml-1.1": lambda octets: octets.replace(b'version="1.0"', b'version="1.1"'),
    "xml-2.0": lambda octets: octets.replace(b'version="1.0"', b'version="2.0"'),
    "text-before": lambda octets: b"x" + octets,
    "space-before-declaration": lambda octets: b" " + octets,
    "text-behind": lambda octets: octets + b"x",
    "second-root": lambda octets: octets + octets[octets.index(b"<samlp:Response") :],
    "cut-short": lambda octets: octets[:-1],
    "half": lambda octets: octets[: len(octets) // 2],
    "html": lambda _: b"<html><body>502 Bad Gateway</body></html>",
    "json": lambda _: b'{"SAMLResponse": true}',
    "octets": lambda _: bytes(range(256)),
    "undeclared-prefix": lambda octets: octets.replace(b' xmlns:samlp="', b' xmlns:other="'),
    "attribute-twice": lambda octets: octets.replace(b' Version="2.0"', b' Version="2.0" Version="2.0"', 1),
}


@pytest.mark.parametrize("change", OCTETS.values(), ids=OCTETS)
def test_a_document_that_is_not_plain_utf8_xml_is_refused(change: Callable[[bytes], bytes]) -> None:
    assert_refused(attack("octets", MALFORMED, changes=Changes(octets=change)))


def _nested(levels: int) -> Callable[[bytes], bytes]:
    """Depth in the response's unsigned part."""
    nest = b"<x>" * levels + b"</x>" * levels
    hidden = b"<samlp:Extensions>" + nest + b"</samlp:Extensions><samlp:Status>"
    return lambda octets: octets.replace(b"<samlp:Status>", hidden)


@pytest.mark.parametrize("levels", [17, 300, 5_000, 25_000])
def test_deep_nesting_is_refused(levels: int) -> None:
    code = TOO_LARGE if levels > 1_000 else MALFORMED
    assert_refused(attack("deep", code, changes=Changes(octets=_nested(levels))))


def test_the_size_limit_is_the_limit_of_the_form_value() -> None:
    sent = send(GOOD)
    assert refusal(sent, _limited(len(sent))) is None
    for limit in (len(sent) - 1, 100, 0):
        refused = refusal(sent, _limited(limit))
        assert refused is not None
        assert refused.reason is RefusalCode.SAML_TOO_LARGE


def _limited(size: int) -> Trust:
    return replace(trust(), size_limit=size)


@pytest.mark.parametrize("padding", ["A", "\n", "=", "<", "é"])
def test_a_huge_form_value_is_too_large_whatever_it_holds(padding: str) -> None:
    refused = refusal(UnverifiedResponse(padding * 1_000_000), trust())
    assert refused is not None
    assert refused.reason is RefusalCode.SAML_TOO_LARGE


def test_white_space_counts_toward_the_size() -> None:
    text = base64.b64encode(document(GOOD)).decode()
    refused = refusal(UnverifiedResponse(text + "\r\n" * 200_000), trust())
    assert refused is not None
    assert refused.reason is RefusalCode.SAML_TOO_LARGE


@pytest.mark.parametrize("unit", ["<x/>", '<x a=""/>', "&gt;"])
def test_a_message_of_too_many_marks_is_refused(unit: str) -> None:
    hidden = b"<samlp:Extensions>" + unit.encode() * 9_000 + b"</samlp:Extensions><samlp:Status>"
    changes = Changes(octets=lambda octets: octets.replace(b"<samlp:Status>", hidden))
    assert_refused(attack("marks", TOO_LARGE, changes=changes))


def test_an_element_of_many_attributes_is_refused() -> None:
    many = " ".join(f'a{number}=""' for number in range(40)).encode()
    changes = Changes(octets=lambda octets: octets.replace(b"<samlp:Status>", b"<samlp:Status " + many + b">"))
    assert_refused(attack("attributes", MALFORMED, changes=changes))

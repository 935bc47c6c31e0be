"""Responses that try to be expensive, each just under every cap that a reader could have.

Where a genuine Signature is kept, the attacker has one valid response of the same identity provider: their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lxml import etree

from tests.support.identity_provider import GOOD, Changes, Description, Encryption, Signing, document, names
from tests.support.identity_provider.names import XENC
from tests.support.xml_edit import find

LIMIT: Final = 256_000
PAYLOAD_BYTES: Final = LIMIT * 3 // 4 - 8_000
"""Octets that fit into a form value of the largest size."""

Octets = Callable[[], bytes]

BOTH_SIGNED: Final = replace(GOOD, sign_response=Signing())
INCLUSIVE: Final = replace(GOOD, sign_assertion=Signing(canonicalization=names.C14N))
EXTENDED: Final = (b"<samlp:Status>", b"<samlp:Extensions>%s</samlp:Extensions><samlp:Status>")
STATUS: Final = (b"</samlp:Status>", b"%s</samlp:Status>")
SUBJECT: Final = (b"<saml:NameID", b"%s<saml:NameID")


def repeat(unit: str, count: int) -> bytes:
    """`unit` so many times, each `{n}` in it replaced by the number."""
    return "".join(unit.replace("{n}", f"{number:x}") for number in range(count)).encode()


def full(unit: str) -> bytes:
    """`unit` as often as the form value can hold it."""
    return repeat(unit, (PAYLOAD_BYTES - 7_000) // (len(unit) + unit.count("{n}")))


def _in(place: tuple[bytes, bytes], what: bytes, description: Description = GOOD) -> Octets:
    """`what` hidden at a place; nothing is made before it is asked for."""
    before, around = place
    return lambda: document(description).replace(before, around.replace(b"%s", what), 1)


def _on(tag: bytes, attributes: bytes, description: Description = GOOD) -> Octets:
    return lambda: document(description).replace(b"<" + tag, b"<" + tag + b" " + attributes, 1)


def _after(tag: bytes, text: bytes) -> Octets:
    return lambda: document(GOOD).replace(b"<" + tag + b">", b"<" + tag + b">" + text, 1)


def _repeat(opening: bytes, closing: bytes, times: int, description: Description = GOOD) -> Octets:
    def build() -> bytes:
        octets = document(description)
        start, end = octets.index(opening), octets.index(closing) + len(closing)
        return octets[:end] + octets[start:end] * times + octets[end:]

    return build


def _nest(levels: int, declarations: int) -> bytes:
    opened = "".join(
        "<x " + "".join(f'xmlns:n{level}_{number}="u" ' for number in range(declarations)) + ">"
        for level in range(levels)
    )
    return opened.encode() + b"</x>" * levels


_BASE64: Final = b"QUJD" * (PAYLOAD_BYTES // 5)

CROWDS: Final = (31, 900, 1_800, 2_700, 3_700, 7_700)
"""How many: below and above whatever cap a reader may have."""


def _crowd(many: int) -> dict[str, Octets]:
    """As many elements, attributes and namespaces, in every place that is walked, sorted or canonicalized."""
    attributes, namespaces = repeat('a{n}="" ', many), repeat('xmlns:n{n}="u{n}" ', many)
    both = repeat('xmlns:n{n}="u{n}" n{n}:a="" ', many // 2)
    return {
        "elements": _in(EXTENDED, b"<x/>" * many),
        "elements-in-the-assertion": _in(SUBJECT, b"<x/>" * many),
        "elements-with-attributes": _in(EXTENDED, repeat('<x a="i{n}"/>', many)),
        "elements-with-attributes-in-the-assertion": _in(SUBJECT, repeat('<x a="i{n}"/>', many)),
        "elements-with-ids": _in(EXTENDED, repeat('<x ID="i{n}"/>', many)),
        "elements-with-the-same-id": _in(EXTENDED, b'<x ID="i"/>' * many),
        "elements-with-ids-behind-blanks": _in(EXTENDED, repeat("<x xml:id\n= 'i{n}'/>", many)),
        "elements-with-namespaces": _in(SUBJECT, repeat('<n{n}:x xmlns:n{n}="u"/>', min(many, 7_000))),
        "elements-in-key-info": _in((b"<ds:X509Data>", b"%s<ds:X509Data>"), b"<x/>" * many),
        "elements-on-thirty-levels": _in(EXTENDED, b"<x>" * 28 + b"<y/>" * many + b"</x>" * 28),
        "elements-on-two-hundred-levels": _in(EXTENDED, b"<x>" * 200 + b"<y/>" * many + b"</x>" * 200),
        "status-codes": _in(STATUS, b"<samlp:StatusCode Value='x'/>" * min(many, 5_000)),
        "attributes": _on(b"samlp:Response", attributes),
        "attributes-in-the-assertion": _on(b"saml:Subject", attributes),
        "attributes-in-the-signed-response": _on(b"samlp:Status", attributes, BOTH_SIGNED),
        "attributes-in-signed-info": _on(b"ds:SignedInfo", attributes),
        "attributes-in-transforms": _on(b"ds:Transforms", attributes),
        "namespaces-in-the-assertion": _on(b"saml:Subject", namespaces),
        "namespaces-in-signed-info": _on(b"ds:SignedInfo", namespaces),
        "namespaces-in-inclusive-signed-info": _on(b"ds:SignedInfo", namespaces, INCLUSIVE),
        "namespaces-around-inclusive-signed-info": _on(b"samlp:Response", namespaces, INCLUSIVE),
        "attributes-in-inclusive-signed-info": _on(b"ds:SignedInfo", attributes, INCLUSIVE),
        "namespaces-of-attributes": _on(b"saml:Subject", both),
        "namespaces-of-attributes-in-signed-info": _on(b"ds:SignedInfo", both),
        "namespaces-nested": _in(EXTENDED, _nest(28, many // 28)),
        "namespaces-nested-in-the-assertion": _in(SUBJECT, _nest(26, many // 28)),
    }


CROWDED: Final = {f"{many}-{name}": build for many in CROWDS for name, build in _crowd(many).items()}
FULL: Final[dict[str, Octets]] = {
    "elements": _in(EXTENDED, full("<x/>")),
    "unclosed": _in(EXTENDED, full("<x>")),
    "comments": _in(EXTENDED, full("<!---->")),
    "instructions": _in(EXTENDED, full("<?x?>")),
    "cdata": _in(EXTENDED, full("<![CDATA[]]>")),
    "signatures": _repeat(b"<ds:Signature ", b"</ds:Signature>", 60),
    "signed-references": _repeat(b"<ds:Reference", b"</ds:Reference>", 250),
    "transforms": lambda: document(replace(GOOD, sign_assertion=Signing(transforms=(names.EXC_C14N,) * 1_300))),
    "attributes": _on(b"samlp:Response", full('a{n}="" ')),
    "attributes-twice": _on(b"samlp:Response", full('a="" ')),
    "namespaces": _on(b"samlp:Response", full('xmlns:n{n}="u" ')),
    "equal-signs": _in(EXTENDED, full("=")),
    "namespaces-on-two-hundred-levels": _in(EXTENDED, _nest(230, 15)),
}
TEXTS: Final[dict[str, Octets]] = {
    "references-to-characters": _in(EXTENDED, full("&#65;")),
    "references-to-the-ampersand": _in(EXTENDED, full("&amp;")),
    "references-in-the-assertion": _in(SUBJECT, b"<x>" + full("&gt;") + b"</x>"),
    "references-in-a-signed-response": _in(EXTENDED, full("&lt;"), BOTH_SIGNED),
    "references-in-an-attribute": _in(SUBJECT, b"<x a='" + full("&#10;") + b"'/>"),
    "line-ends": _in(EXTENDED, full("\r\n"), BOTH_SIGNED),
    "line-ends-in-an-attribute": _in(SUBJECT, b"<x a='" + full("\n") + b"'/>"),
    "text": _in(EXTENDED, full("a")),
    "text-in-the-assertion": _in(SUBJECT, b"<x>" + full("a") + b"</x>"),
    "brackets-in-the-assertion": _in(SUBJECT, b"<x>" + full(">") + b"</x>"),
    "certificate": _after(b"ds:X509Certificate", _BASE64),
    "signature-value": _after(b"ds:SignatureValue", _BASE64),
    "digest-value": _after(b"ds:DigestValue", _BASE64),
    "status-message": _in(
        (b"</samlp:Status>", b"<samlp:StatusMessage>%s</samlp:StatusMessage></samlp:Status>"), full("x")
    ),
    "entities": lambda: document(GOOD).replace(
        b"<samlp:Response", b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1_000 + b'">]><samlp:Response', 1
    ),
    "spaces": lambda: document(GOOD) + full(" "),
    "zeros": lambda: bytes(PAYLOAD_BYTES),
    "brackets": lambda: b"<" * PAYLOAD_BYTES,
}
RAW: Final[dict[str, Callable[[], str]]] = {
    "megabytes-of-letters": lambda: "A" * 6_000_000,
    "megabytes-of-padding": lambda: "=" * 6_000_000,
    "megabytes-of-lines": lambda: "\r\n" * 3_000_000,
    "not-ascii": lambda: "é" * (LIMIT - 1),
    "lines-within-the-limit": lambda: "\r\n" * (LIMIT // 2 - 1),
    "letters-within-the-limit": lambda: "A" * LIMIT,
}


def _two_keys(response: etree._Element) -> None:
    encrypted_key = find(response, f".//{{{XENC}}}EncryptedKey")
    encrypted_key.addnext(etree.fromstring(etree.tostring(encrypted_key, with_tail=False)))


_REFERENCES: Final = b"<x>" + b"&gt;" * 25_000 + b"</x>"
_STRANGERS: Final = replace(GOOD, encryption=Encryption(key="stranger"))
_OURS: Final = replace(GOOD, encryption=Encryption(content=names.AES256_CBC))
ENCRYPTED: Final[dict[str, Octets]] = {
    "keys-for-unknown-recipient": lambda: document(replace(_STRANGERS, changes=Changes(encrypted=_two_keys))),
    "keys": _repeat(b"<xenc:EncryptedKey", b"</xenc:EncryptedKey>", 130, _STRANGERS),
    "ciphertext-for-unknown-recipient": lambda: document(
        replace(_STRANGERS, changes=Changes(plaintext=lambda _: bytes(120_000)))
    ),
    "zeros-inside": lambda: document(replace(_OURS, changes=Changes(plaintext=lambda _: bytes(120_000)))),
    "elements-inside": lambda: document(replace(_OURS, changes=Changes(plaintext=_stuff(b"<x/>" * 7_700)))),
    "attributes-inside": lambda: document(
        replace(_OURS, changes=Changes(plaintext=_pinned(repeat('a{n}="" ', 7_700))))
    ),
    "text-inside": lambda: document(replace(_OURS, changes=Changes(plaintext=_stuff(_REFERENCES)))),
}


def _stuff(what: bytes) -> Callable[[bytes], bytes]:
    return lambda plaintext: plaintext.replace(b"<saml:NameID", what + b"<saml:NameID", 1)


def _pinned(attributes: bytes) -> Callable[[bytes], bytes]:
    return lambda plaintext: plaintext.replace(b"<saml:Subject", b"<saml:Subject " + attributes, 1)

"""Comments, processing instructions, CDATA, DOCTYPE and entities: two parsers must never read two texts.

Comment truncation: CVE-2017-11427 and its siblings (2018); entities: CVE-2003-1564 (billion laughs), CWE-611.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

import pytest
from lxml import etree

from chalicelib.errors import SignInRefused
from chalicelib.saml.refusal import RefusalCode
from tests.attacks.attack import Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, Changes, Description, send, trust
from tests.support.identity_provider.names import DS, SAML
from tests.support.verification import verify_response

MALFORMED: Final = RefusalCode.SAML_MALFORMED

_PATHS: Final = {
    "name-id": f".//{{{SAML}}}NameID",
    "attribute-value": f".//{{{SAML}}}AttributeValue",
    "issuer": f"{{{SAML}}}Assertion/{{{SAML}}}Issuer",
    "response-issuer": f"{{{SAML}}}Issuer",
    "audience": f".//{{{SAML}}}Audience",
    "digest-value": f".//{{{DS}}}DigestValue",
    "signature-value": f".//{{{DS}}}SignatureValue",
    "certificate": f".//{{{DS}}}X509Certificate",
    "class-reference": f".//{{{SAML}}}AuthnContextClassRef",
}
_NODES: Final[dict[str, Callable[[], etree._Element]]] = {
    "comment": lambda: etree.Comment("x"),
    "instruction": lambda: etree.ProcessingInstruction("x", "y"),
}


def _split(path: str, node: Callable[[], etree._Element], at: int) -> Changes:
    """Put a node into the middle of a text after it was signed."""

    def change(response: etree._Element) -> None:
        element = response.find(path)
        assert element is not None
        text = element.text or ""
        inserted = node()
        element.text, inserted.tail = text[:at], text[at:]
        element.insert(0, inserted)

    return Changes(response_signed=change)


def _outside(octets: bytes, where: str, markup: bytes) -> bytes:
    start = octets.index(b"<samlp:Response")
    if where == "before":
        return octets[:start] + markup + octets[start:]
    if where == "after":
        return octets + markup
    return octets.replace(b"<samlp:Status>", markup + b"<samlp:Status>")


def _placed(where: str, markup: bytes) -> Changes:
    return Changes(octets=lambda octets: _outside(octets, where, markup))


SPLIT: Final = tuple(
    attack(f"{kind}-in-{name}-at-{at}", MALFORMED, changes=_split(path, node, at))
    for (kind, node), (name, path), at in product(_NODES.items(), _PATHS.items(), (0, 6, 1000))
)
OUTSIDE: Final = tuple(
    attack(f"{kind}-{where}-the-response", MALFORMED, changes=_placed(where, markup))
    for (kind, markup), where in product(
        {"comment": b"<!--x-->", "instruction": b"<?x y?>", "stylesheet": b'<?xml-stylesheet href="x.xsl"?>'}.items(),
        ("before", "after", "inside"),
    )
)


@table((*SPLIT, *OUTSIDE))
def test_a_comment_or_instruction_anywhere_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)


def _signed_with_comment(response: etree._Element) -> None:
    name_id = response.find(f".//{{{SAML}}}NameID")
    assert name_id is not None
    name_id.text = "admin@acme.test"
    comment = etree.Comment("x")
    comment.tail = ".evil.test"
    name_id.append(comment)


def test_a_comment_that_was_there_before_the_signing_is_refused() -> None:
    """Such a name can be registered at an honest identity provider."""
    assert_refused(attack("comment", MALFORMED, changes=Changes(built=_signed_with_comment)))


def _doctype(subset: str, *, reference: str = "") -> Changes:
    def change(octets: bytes) -> bytes:
        octets = _outside(octets, "before", f"<!DOCTYPE samlp:Response {subset}>".encode())
        said = (reference or "member@acme.test").encode()
        return octets.replace(b">member@acme.test</saml:NameID>", b">" + said + b"</saml:NameID>")

    return Changes(octets=change)


_LAUGHS: Final = '<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10)
)
DOCTYPES: Final = {
    "empty": _doctype(""),
    "internal-subset": _doctype("[]"),
    "system-file": _doctype('SYSTEM "file:///etc/passwd"'),
    "system-http": _doctype('SYSTEM "http://127.0.0.1:9/x.dtd"'),
    "public": _doctype('PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"'),
    "internal-entity": _doctype('[<!ENTITY who "member@acme.test">]', reference="&who;"),
    "external-entity": _doctype('[<!ENTITY who SYSTEM "file:///etc/hostname">]', reference="&who;"),
    "external-entity-http": _doctype('[<!ENTITY who SYSTEM "http://127.0.0.1:9/">]', reference="&who;"),
    "parameter-entity": _doctype('[<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]'),
    "billion-laughs": _doctype(f"[{_LAUGHS}]", reference="&l9;"),
    "quadratic": _doctype(f'[<!ENTITY a "{"a" * 50_000}">]', reference="&a;" * 5_000),
    "default-attribute": _doctype('[<!ATTLIST saml:Assertion ID CDATA "_other">]'),
    "id-type": _doctype("[<!ATTLIST saml:NameID Format ID #IMPLIED>]"),
    "notation": _doctype('[<!NOTATION x SYSTEM "x">]'),
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_doctype_is_refused_whatever_it_holds(name: str) -> None:
    assert_refused(attack(name, MALFORMED, changes=DOCTYPES[name]))


@pytest.mark.parametrize("reference", ["&who;", "&nbsp;", "&#0;", "&#xFFFE;", "&#xD800;", "&", "&;", "&#x110000;"])
def test_an_undeclared_or_impossible_reference_is_refused(reference: str) -> None:
    def change(octets: bytes) -> bytes:
        return octets.replace(b">member@acme.test<", f">member{reference}@acme.test<".encode())

    assert_refused(attack("reference", MALFORMED, changes=Changes(octets=change)))


SPELLINGS: Final = {
    "cdata": b"<![CDATA[member@acme.test]]>",
    "cdata-in-the-middle": b"member<![CDATA[@]]>acme.test",
    "empty-cdata": b"member@acme.test<![CDATA[]]>",
    "character-reference": b"member&#64;acme.test",
    "hexadecimal-reference": b"&#x6d;ember@acme.test",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_another_spelling_of_the_same_text_never_changes_the_identity(spelling: bytes) -> None:
    changes = Changes(octets=lambda octets: octets.replace(b"member@acme.test", spelling))
    try:
        assertion = verify_response(send(_with(changes)), trust())
    except SignInRefused:
        return
    assert assertion.name_id is not None
    assert assertion.name_id.value == "member@acme.test"
    assert assertion.attributes["email"] == ("member@acme.test",)


@pytest.mark.parametrize("extra", [b"<![CDATA[.evil.test]]>", b"<![CDATA[]]>.evil.test", b"&#46;evil.test"])
def test_text_added_in_another_spelling_breaks_the_signature(extra: bytes) -> None:
    changes = Changes(octets=lambda octets: octets.replace(b"member@acme.test", b"member@acme.test" + extra))
    codes = frozenset({RefusalCode.SAML_SIGNATURE_INVALID, MALFORMED})
    assert_refused(attack("added", codes, changes=changes))


def _with(changes: Changes) -> Description:
    return attack("same", MALFORMED, base=GOOD, changes=changes).description

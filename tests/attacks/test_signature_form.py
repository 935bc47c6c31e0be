"""Allowed forms of a Signature: one SignedInfo, one Reference to its own parent, two transforms, nothing else.

Digest smuggling: CVE-2024-45409 (two DigestValue), CVE-2025-29774 and -29775 (two SignedInfo, comments in
DigestValue); void canonicalization: "The Fragile Lock" (2025).
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from lxml import etree

from tests.attacks.attack import FORGED, Attack, assert_refused, attack, table
from tests.support.identity_provider import GOOD, Changes, Signing, key, names
from tests.support.identity_provider.names import DS
from tests.support.identity_provider.signature import canonical, digest, seal, signature_value
from tests.support.xml_edit import any_signature, assertion_of, corrupt, find, signature_of


def _digest_now(response: etree._Element) -> str:
    """The digest that the changed assertion would have."""
    assertion = copy.deepcopy(assertion_of(response))
    assertion.remove(signature_of(assertion))
    return digest(canonical(assertion, names.EXC_C14N, ()), names.SHA256)


def _info(response: etree._Element) -> etree._Element:
    return find(any_signature(response), f"{{{DS}}}SignedInfo")


def _forged_info(response: etree._Element) -> etree._Element:
    corrupt(assertion_of(response))
    forged = copy.deepcopy(_info(response))
    find(forged, f".//{{{DS}}}DigestValue").text = _digest_now(response)
    return forged


def _forged_info_first(response: etree._Element) -> None:
    forged = _forged_info(response)
    _info(response).addprevious(forged)


def _forged_info_second(response: etree._Element) -> None:
    forged = _forged_info(response)
    _info(response).addnext(forged)


def _forged_info_in_object(response: etree._Element) -> None:
    forged = _forged_info(response)
    original = _info(response)
    any_signature(response).replace(original, forged)
    etree.SubElement(any_signature(response), f"{{{DS}}}Object").append(original)


def _forged_info_in_canonicalization(response: etree._Element) -> None:
    forged = _forged_info(response)
    find(_info(response), f"{{{DS}}}CanonicalizationMethod").append(forged)


def _second_digest(before: bool) -> Callable[[etree._Element], None]:
    def change(response: etree._Element) -> None:
        corrupt(assertion_of(response))
        original = find(_info(response), f".//{{{DS}}}DigestValue")
        forged = copy.deepcopy(original)
        forged.text = _digest_now(response)
        (original.addprevious if before else original.addnext)(forged)

    return change


def _comment_in_digest(response: etree._Element) -> None:
    corrupt(assertion_of(response))
    value = find(_info(response), f".//{{{DS}}}DigestValue")
    comment = etree.Comment(_digest_now(response))
    comment.tail, value.text = value.text, None
    value.append(comment)


def _second_reference(response: etree._Element) -> None:
    corrupt(assertion_of(response))
    reference = find(_info(response), f"{{{DS}}}Reference")
    forged = copy.deepcopy(reference)
    find(forged, f"{{{DS}}}DigestValue").text = _digest_now(response)
    reference.addnext(forged)


def _twice(name: str) -> Callable[[etree._Element], None]:
    def change(response: etree._Element) -> None:
        element = find(any_signature(response), f".//{{{DS}}}{name}")
        element.addnext(copy.deepcopy(element))

    return change


def _without(name: str) -> Callable[[etree._Element], None]:
    def change(response: etree._Element) -> None:
        element = find(any_signature(response), f".//{{{DS}}}{name}")
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)

    return change


def _second_signature(response: etree._Element) -> None:
    signature = any_signature(response)
    signature.addnext(copy.deepcopy(signature))


def _text(name: str, value: str) -> Callable[[etree._Element], None]:
    def change(response: etree._Element) -> None:
        find(any_signature(response), f".//{{{DS}}}{name}").text = value

    return change


PARTS: Final = (
    "SignedInfo",
    "CanonicalizationMethod",
    "SignatureMethod",
    "Reference",
    "Transforms",
    "DigestMethod",
    "DigestValue",
    "SignatureValue",
)
SMUGGLED: Final = {
    "forged-signed-info-first": _forged_info_first,
    "forged-signed-info-second": _forged_info_second,
    "original-signed-info-in-an-object": _forged_info_in_object,
    "forged-signed-info-in-the-canonicalization-method": _forged_info_in_canonicalization,
    "forged-digest-first": _second_digest(before=True),
    "forged-digest-second": _second_digest(before=False),
    "forged-digest-in-a-comment": _comment_in_digest,
    "second-reference": _second_reference,
    "second-signature": _second_signature,
    "corrupted": lambda response: corrupt(assertion_of(response)),
    **{f"two-{name}": _twice(name) for name in (*PARTS, "KeyInfo")},
    **{f"no-{name}": _without(name) for name in PARTS},
    "empty-signature-value": _text("SignatureValue", ""),
    "empty-digest-value": _text("DigestValue", ""),
    "signature-value-of-zeros": _text("SignatureValue", base64.b64encode(bytes(256)).decode()),
    "signature-value-of-one": _text("SignatureValue", base64.b64encode(bytes(255) + b"\x01").decode()),
    "digest-value-with-rest": _text("DigestValue", "AAAA"),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_smuggled_or_missing_part_of_the_signature_is_refused(name: str) -> None:
    assert_refused(attack(name, FORGED, changes=Changes(response_signed=SMUGGLED[name])))


@pytest.mark.parametrize("name", SMUGGLED)
def test_the_same_is_refused_inside_a_well_signed_response(name: str) -> None:
    """The response's signature covers it, so only the rule about each signature's form can refuse."""
    hostile = attack(name, FORGED, sign_response=Signing(), changes=Changes(assertion_signed=SMUGGLED[name]))
    assert_refused(hostile)


REFERENCES: Final = {
    "empty": "",
    "absent": None,
    "response": "#_response-1",
    "nobody": "#_nobody",
    "bare": "_assertion-1",
    "double-hash": "##_assertion-1",
    "xpointer-root": "#xpointer(/)",
    "xpointer-id": "#xpointer(id('_assertion-1'))",
    "encoded": "#%5Fassertion-1",
    "space": "# _assertion-1",
    "file": "file:///etc/hostname",
    "http": "http://127.0.0.1:9/assertion",
    "relative": "assertion.xml#_assertion-1",
    "upper-case": "#_ASSERTION-1",
}


@pytest.mark.parametrize("uri", REFERENCES.values(), ids=REFERENCES)
def test_a_reference_to_anything_but_its_own_parent_is_refused(uri: str | None) -> None:
    assert_refused(attack("reference", FORGED, sign_assertion=Signing(reference=uri)))


XSLT: Final = "http://www.w3.org/TR/1999/REC-xslt-19991116"
XPATH: Final = "http://www.w3.org/TR/1999/REC-xpath-19991116"
TRANSFORMS: Final = {
    "none": (),
    "only-enveloped": (names.ENVELOPED,),
    "only-canonicalization": (names.EXC_C14N,),
    "reversed": (names.EXC_C14N, names.ENVELOPED),
    "enveloped-twice": (names.ENVELOPED, names.ENVELOPED, names.EXC_C14N),
    "canonicalized-twice": (names.ENVELOPED, names.EXC_C14N, names.EXC_C14N),
    "inclusive": (names.ENVELOPED, names.C14N),
    "xslt": (names.ENVELOPED, names.EXC_C14N, XSLT),
    "xpath": (names.ENVELOPED, names.EXC_C14N, XPATH),
    "xpath-filter": (names.ENVELOPED, names.EXC_C14N, "http://www.w3.org/2002/06/xmldsig-filter2"),
    "base64": (names.ENVELOPED, names.EXC_C14N, "http://www.w3.org/2000/09/xmldsig#base64"),
    "decryption": (names.ENVELOPED, names.EXC_C14N, "http://www.w3.org/2002/07/decrypt#XML"),
    "xpointer": (names.ENVELOPED, names.EXC_C14N, "http://www.w3.org/2001/04/xmldsig-more/xptr"),
    "unknown": (names.ENVELOPED, "urn:example:transform"),
    "many": (names.ENVELOPED, *(names.EXC_C14N,) * 1000),
}


@pytest.mark.parametrize("transforms", TRANSFORMS.values(), ids=TRANSFORMS)
def test_other_transforms_are_refused_although_the_right_key_signed_them(transforms: tuple[str, ...]) -> None:
    assert_refused(attack("transforms", FORGED, sign_assertion=Signing(transforms=transforms)))


METHODS: Final = {
    "inclusive-1.1": "http://www.w3.org/2006/12/xml-c14n11",
    "xslt": XSLT,
    "unknown": "urn:example:canonicalization",
    "empty": "",
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_another_canonicalization_of_signed_info_is_refused(method: str) -> None:
    assert_refused(attack("canonicalization", FORGED, sign_assertion=Signing(canonicalization=method)))


def _void(response: etree._Element) -> etree._Element:
    """A relative namespace URI lets libxml2's canonicalization fail; a careless caller goes on with no octets."""
    corrupt(assertion_of(response))
    octets = etree.tostring(response).replace(b"<ds:SignedInfo>", b'<ds:SignedInfo xmlns:void="1">')
    void = etree.fromstring(octets)
    value = signature_value(b"", key("acme"), names.RSA_SHA256)
    find(any_signature(void), f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
    find(_info(void), f".//{{{DS}}}DigestValue").text = _digest_now(void)
    return void


def _void_digest(response: etree._Element) -> etree._Element:
    octets = etree.tostring(response).replace(b"<saml:Subject>", b'<saml:Subject xmlns:void="1">')
    void = etree.fromstring(octets)
    corrupt(assertion_of(void))
    signature = any_signature(void)
    find(signature, f".//{{{DS}}}DigestValue").text = digest(b"", names.SHA256)
    for name in ("SignatureValue", "KeyInfo"):
        signature.remove(find(signature, f"{{{DS}}}{name}"))
    seal(signature, Signing())
    return void


VOID: Final = (
    attack("nothing-was-signed", FORGED, changes=Changes(response_signed=_void)),
    attack("digest-of-nothing", FORGED, changes=Changes(response_signed=_void_digest)),
    attack(
        "nothing-was-signed-and-no-key-info",
        FORGED,
        base=replace(GOOD, sign_assertion=Signing(certificate=None)),
        changes=Changes(response_signed=_void),
    ),
)


@table(VOID)
def test_a_void_canonicalization_is_refused(hostile: Attack) -> None:
    assert_refused(hostile)

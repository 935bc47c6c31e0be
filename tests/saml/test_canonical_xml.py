"""Canonical octets against xmlsec1's own digests, over every arrangement of prefixes around a signature."""

from __future__ import annotations

import base64
import hashlib
from itertools import product

import pytest
import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from chalicelib.saml.canonical_xml import canonical_without, inclusive_canonical
from chalicelib.saml.validation_error import ValidationError
from chalicelib.saml.xml_parser import parse_untrusted
from tests.support.identity_provider import key
from tests.support.identity_provider.names import C14N, DS, ENVELOPED, EXC_C14N, RSA_SHA256, SAML, SHA256

XS, XSI = "http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-instance"
OUTSIDE = {
    "nothing": "",
    "both": f'xmlns:saml="{SAML}" xmlns:ds="{DS}"',
    "defaults": f'xmlns="{SAML}" xmlns:ds="{DS}"',
    "twice": f'xmlns:saml="{SAML}" xmlns:saml2="{SAML}" xmlns:ds="{DS}" xmlns:dsig="{DS}"',
    "taken": 'xmlns:saml="urn:x" xmlns:ds="urn:y" xmlns:xs="urn:z"',
    "schema": f'xmlns:xs="{XS}" xmlns:xsi="{XSI}"',
}
OWNERS = {
    "prefix": ("saml:", f'xmlns:saml="{SAML}"'),
    "default": ("", f'xmlns="{SAML}"'),
    "other": ("a:", f'xmlns:a="{SAML}" xmlns="urn:default"'),
    "both": ("saml:", f'xmlns:saml="{SAML}" xmlns:ds="{DS}" xmlns:xs="{XS}"'),
}
SIGNATURES = {
    "prefix": ("ds:", f'xmlns:ds="{DS}"'),
    "default": ("", f'xmlns="{DS}"'),
    "twice": ("ds:", f'xmlns:ds="{DS}" xmlns:dsig="{DS}" xmlns="{DS}"'),
    "the-assertions": ("saml:", f'xmlns:saml="{DS}"'),
}
LISTS = ["", "xs", "saml ds #default", "xs xsi saml2 dsig nobody"]
PLACES = ["first", "middle", "last"]


def signed(outside: str, owner: str, signature: str, prefixes: str, place: str, algorithm: str) -> etree._Element:
    """The owner inside a document, signed by xmlsec1 alone."""
    prefix, declared = OWNERS[owner]
    sp, signature_declared = SIGNATURES[signature]
    inclusive = f'<ec:InclusiveNamespaces xmlns:ec="{EXC_C14N}" PrefixList="{prefixes}"/>' if prefixes else ""
    foreign = f"<{sp}Signature xmlns{':' if sp else ''}{sp.rstrip(':')}='urn:foreign'/>"
    element = (
        f'<{sp}Signature {signature_declared}><{sp}SignedInfo><{sp}CanonicalizationMethod Algorithm="{algorithm}"/>'
        f'<{sp}SignatureMethod Algorithm="{RSA_SHA256}"/><{sp}Reference URI="#_a"><{sp}Transforms>'
        f'<{sp}Transform Algorithm="{ENVELOPED}"/><{sp}Transform Algorithm="{EXC_C14N}">{inclusive}</{sp}Transform>'
        f'</{sp}Transforms><{sp}DigestMethod Algorithm="{SHA256}"/><{sp}DigestValue/></{sp}Reference></{sp}SignedInfo>'
        f"<{sp}SignatureValue/><{sp}KeyInfo>{foreign}</{sp}KeyInfo>"
        f"</{sp}Signature>tail"
    )
    before = (
        f'text<{prefix}Issuer>&lt;ds:Signature&gt;</{prefix}Issuer> <ds:Signature xmlns:ds="urn:n">x</ds:Signature>'
    )
    behind = f'<{prefix}Value xmlns:xsi="{XSI}" xmlns:xs="{XS}" xsi:type="xs:string" b="1" a="2">&amp;</{prefix}Value> '
    parts = {
        "first": element + before + behind,
        "middle": before + element + behind,
        "last": before + behind + element,
    }
    document = (
        f'<r {OUTSIDE[outside]} xml:lang="de"><m xml:space="preserve" xmlns:m="urn:m"'
        f' xml:lang="&quot;&gt;&#9;&lt;&amp;">'
        f'<{prefix}Assertion {declared} ID="_a">{parts[place]}</{prefix}Assertion></m></r>'
    )
    found = parse_untrusted(document.encode()).find(f".//{{{SAML}}}Assertion")
    assert found is not None
    context = xmlsec.SignatureContext()
    context.register_id(found, "ID")
    context.key = xmlsec.Key.from_memory(key("acme").private_pem, xmlsec.constants.KeyDataFormatPem, None)
    context.sign(_signature(found))
    return found


def _signature(owner: etree._Element) -> etree._Element:
    found = owner.find(f"{{{DS}}}Signature")
    assert found is not None
    return found


def _digest(signature: etree._Element) -> bytes:
    return base64.b64decode(signature.findtext(f".//{{{DS}}}DigestValue") or "")


@pytest.mark.parametrize(("outside", "owner"), list(product(OUTSIDE, OWNERS)))
def test_cutting_the_signature_out_gives_the_octets_that_xmlsec_digests(outside: str, owner: str) -> None:
    for signature, prefixes, place in product(SIGNATURES, LISTS, PLACES):
        found = signed(outside, owner, signature, prefixes, place, EXC_C14N)
        shown = etree.tostring(found)
        octets = canonical_without(found, _signature(found), prefixes.split())
        assert hashlib.sha256(octets).digest() == _digest(_signature(found)), (signature, prefixes, place)
        assert etree.tostring(found) == shown


@pytest.mark.parametrize(("outside", "owner"), list(product(OUTSIDE, OWNERS)))
def test_inclusive_octets_of_signed_info_are_those_that_xmlsec_signs(outside: str, owner: str) -> None:
    public = key("acme").private.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    for signature in SIGNATURES:
        found = _signature(signed(outside, owner, signature, "", "middle", C14N))
        value = base64.b64decode(found.findtext(f"{{{DS}}}SignatureValue") or "")
        public.verify(value, inclusive_canonical(found[0]), padding.PKCS1v15(), hashes.SHA256())


def test_content_without_a_canonical_form_proves_nothing_either_way() -> None:
    owner = etree.fromstring('<a xmlns="relative"><s/></a>')
    with pytest.raises(ValidationError):
        canonical_without(owner, owner[0], ())
    with pytest.raises(ValidationError):
        inclusive_canonical(owner)

"""Two engines must agree on a signature, and only what both saw is read."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from lxml import etree

from chalicelib.saml import verify_signature as module
from chalicelib.saml.canonical_xml import canonical
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.signature import Signature, parse_signature
from chalicelib.saml.validation_error import ValidationError
from chalicelib.saml.verify_signature import _octets, verify_signature
from tests.support.identity_provider import GOOD, Signing, document, key
from tests.support.identity_provider.names import DS, ECDSA_SHA256, SAML
from tests.support.message_text import told

PSS = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
CERTIFICATE = key("acme").certificate


def _signature(shown: str | None = "same") -> Signature:
    signed = replace(GOOD, sign_assertion=Signing(certificate=shown))
    found = etree.fromstring(document(signed)).find(f"{{{SAML}}}Assertion/{{{DS}}}Signature")
    assert found is not None
    return parse_signature(found, sha1=False)


def test_the_octets_are_the_assertion_without_its_signature() -> None:
    octets = verify_signature(_signature(), [CERTIFICATE]).octets
    assert octets.startswith(b"<saml:Assertion ")
    assert b"Signature" not in octets
    assert b"member@acme.test" in octets


def test_the_certificate_that_verified_is_named() -> None:
    assert verify_signature(_signature(), [key("other").certificate, CERTIFICATE]).certificate == CERTIFICATE


def test_what_python3_saml_does_not_verify_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "xmlsec_verifies", lambda *_: False)
    with pytest.raises(ValidationError) as refused:
        verify_signature(_signature(), [CERTIFICATE])
    assert refused.value.reason is RefusalCode.SAML_SIGNATURE_INVALID


def test_what_python3_saml_verifies_is_refused_if_it_is_not_what_we_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "xmlsec_verifies", lambda *_: True)
    signature = _signature()
    signature.owner.set("IssueInstant", "2026-03-02T12:00:01Z")
    with pytest.raises(ValidationError) as refused:
        verify_signature(signature, [CERTIFICATE])
    assert refused.value.reason is RefusalCode.SAML_SIGNATURE_INVALID


def test_a_signed_info_that_no_key_made_never_reaches_python3_saml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cost grows with the message; a stranger must not choose it."""

    def never(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(module, "xmlsec_verifies", never)
    with pytest.raises(ValidationError) as refused:
        verify_signature(_signature(), [key("other").certificate])
    assert refused.value.reason is RefusalCode.SAML_CERTIFICATE_MISMATCH
    assert refused.value.received is not None
    assert CERTIFICATE.facts.sha256 in str(told(refused.value.received))


def test_without_any_certificate_nothing_is_proven() -> None:
    with pytest.raises(ValidationError):
        verify_signature(_signature(), [])


def test_an_rsa_pss_signature_of_xmlsec_is_proven() -> None:
    response = etree.fromstring(document(GOOD))
    assertion = response.find(f"{{{SAML}}}Assertion")
    assert assertion is not None
    found = assertion.find(f"{{{DS}}}Signature")
    assert found is not None
    found.find(f".//{{{DS}}}SignatureMethod").set("Algorithm", PSS)  # type: ignore[union-attr]
    xmlsec.tree.add_ids(assertion, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key("acme").private_pem, xmlsec.constants.KeyDataFormatPem, None)
    context.sign(found)
    assert (
        verify_signature(parse_signature(found, sha1=False), [CERTIFICATE]).signature.algorithm.name == "RSA-PSS-SHA256"
    )


def test_an_element_is_canonicalized_in_its_namespace_context() -> None:
    inner = etree.fromstring('<a xmlns:x="urn:x" xmlns:y="urn:y"><b t="x:z"/></a>')[0]
    assert canonical(inner) == b'<b t="x:z"></b>'
    assert canonical(inner, ["x"]) == b'<b xmlns:x="urn:x" t="x:z"></b>'


def test_content_without_a_canonical_form_proves_nothing() -> None:
    """libxml2 gives up on relative namespace names; an empty text would have a digest too."""
    with pytest.raises(ValidationError):
        canonical(etree.fromstring('<a xmlns="relative"/>'))


@pytest.mark.parametrize("prefixes", ["xs", "xsi", "nobody", "#default", "xs nobody", "xsi #default"])
@pytest.mark.parametrize("outside", ["", 'xmlns:xs="urn:outside"', 'xmlns:xsi="urn:outside"', 'xmlns="urn:outside"'])
@pytest.mark.parametrize("inside", ["", 'xmlns:xs="urn:inside"', 'xmlns=""'])
def test_a_prefix_list_means_the_same_in_the_document_and_alone(prefixes: str, outside: str, inside: str) -> None:
    """Alone, an element carries whatever its ancestors declared; in the document that has to be looked for."""
    root = etree.fromstring(f'<r {outside}><e {inside} ID="_e"><x:y xmlns:x="urn:x">z</x:y></e></r>')
    alone = etree.fromstring(etree.tostring(root[0]))
    wanted = etree.tostring(alone, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes.split())
    assert canonical(root[0], prefixes.split()) == wanted


def _forged(monkeypatch: pytest.MonkeyPatch, signature: Signature, *certificates: Certificate) -> RefusalCode:
    """The verdict of OpenSSL alone, with python3-saml's checks disabled."""
    monkeypatch.setattr(module, "xmlsec_verifies", lambda *_: True)
    with pytest.raises(ValidationError) as refused:
        verify_signature(signature, certificates)
    return refused.value.reason


@pytest.mark.parametrize(("signer", "kind"), list(product(["acme", "p256"], ["rsa", "pss", "ecdsa"])))
def test_a_made_up_value_is_not_a_signature_for_openssl_whatever_its_kind(
    monkeypatch: pytest.MonkeyPatch, signer: str, kind: str
) -> None:
    signature = _signature(shown=None)
    made_up = replace(signature, algorithm=replace(signature.algorithm, kind=kind), value=b"\1" * 64)
    assert _forged(monkeypatch, made_up, key(signer).certificate) is RefusalCode.SAML_SIGNATURE_INVALID


@pytest.mark.parametrize("kind", ["pss", "ecdsa", "hmac"])
def test_a_signature_counts_as_what_it_says_it_is(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    signature = _signature(shown=None)
    relabelled = replace(signature, algorithm=replace(signature.algorithm, kind=kind))
    assert _forged(monkeypatch, relabelled, CERTIFICATE) is RefusalCode.SAML_SIGNATURE_INVALID


@pytest.mark.parametrize("length", [0, 63, 65, 66, 128])
def test_an_ecdsa_value_has_two_numbers_of_the_curves_length(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    signed = replace(GOOD, sign_assertion=Signing(key="p256", algorithm=ECDSA_SHA256, certificate=None))
    found = etree.fromstring(document(signed)).find(f"{{{SAML}}}Assertion/{{{DS}}}Signature")
    assert found is not None
    signature = parse_signature(found, sha1=False)
    half = len(signature.value) // 2
    padded = signature.value[:half].rjust(length // 2, b"\0") + signature.value[half:].rjust(
        length - length // 2, b"\0"
    )
    code = _forged(monkeypatch, replace(signature, value=padded[:length]), key("p256").certificate)
    assert code is RefusalCode.SAML_SIGNATURE_INVALID


def test_of_several_certificates_one_that_is_shown_makes_the_signature_invalid_not_foreign() -> None:
    forged = replace(_signature(), value=b"\1" * 256)
    with pytest.raises(ValidationError) as refused:
        verify_signature(forged, [key("other").certificate, CERTIFICATE])
    assert refused.value.reason is RefusalCode.SAML_SIGNATURE_INVALID
    assert refused.value.expected is not None
    trusted = str(told(refused.value.expected))
    assert trusted.endswith(f"{key('other').certificate.facts.sha256}, {CERTIFICATE.facts.sha256}")


@pytest.mark.parametrize("at_end", [False, True])
def test_text_around_a_signature_stays_where_it_was_signed(at_end: bool) -> None:
    element = etree.fromstring('<a ID="_a">before<s/>behind<b/>after</a>')
    if at_end:
        element.append(element[0])
    shown = etree.tostring(element)
    signature = replace(_signature(), element=element.find("s"), owner=element, prefixes=())  # type: ignore[arg-type]
    expected = b'<a ID="_a">before<b></b>afterbehind</a>' if at_end else b'<a ID="_a">beforebehind<b></b>after</a>'
    assert _octets(signature) == expected
    assert etree.tostring(element) == shown


def test_text_behind_a_signature_behind_another_element_stays_there() -> None:
    element = etree.fromstring('<a ID="_a"><b/><s/>behind</a>')
    signature = replace(_signature(), element=element[1], owner=element, prefixes=())
    assert _octets(signature) == b'<a ID="_a"><b></b>behind</a>'


def test_canonical_octets_have_no_comments_and_no_text_behind() -> None:
    inner = etree.fromstring('<a xmlns:x="urn:x"><b t="x:z">c<!--d--></b>tail</a>')[0]
    assert canonical(inner) == b'<b t="x:z">c</b>'
    assert canonical(inner, ["x"]) == b'<b xmlns:x="urn:x" t="x:z">c</b>'
    assert canonical(etree.fromstring('<b xmlns:x="urn:x" t="x:z"/>'), ["x"]) == b'<b xmlns:x="urn:x" t="x:z"></b>'


def _signed_otherwise(signer: str, kind: str) -> Signature:
    """A signature that is good for another kind than it says."""
    signature = _signature(shown=None)
    octets = canonical(signature.signed_info)
    private = key(signer).private
    if isinstance(private, rsa.RSAPrivateKey):
        value = private.sign(octets, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    else:
        r, s = utils.decode_dss_signature(private.sign(octets, ec.ECDSA(hashes.SHA256())))
        value = r.to_bytes(32) + s.to_bytes(32)
    return replace(signature, algorithm=replace(signature.algorithm, kind=kind), value=value)


@pytest.mark.parametrize(("signer", "kind"), [("acme", "ecdsa"), ("acme", "hmac"), ("p256", "rsa"), ("p256", "hmac")])
def test_a_value_that_is_good_for_another_kind_than_it_says_is_none(
    monkeypatch: pytest.MonkeyPatch, signer: str, kind: str
) -> None:
    code = _forged(monkeypatch, _signed_otherwise(signer, kind), key(signer).certificate)
    assert code is RefusalCode.SAML_SIGNATURE_INVALID


def test_two_numbers_are_no_signature_of_an_rsa_key(monkeypatch: pytest.MonkeyPatch) -> None:
    signature = _signature(shown=None)
    made_up = replace(signature, algorithm=replace(signature.algorithm, kind="ecdsa"), value=b"\1" * 512)
    assert _forged(monkeypatch, made_up, CERTIFICATE) is RefusalCode.SAML_SIGNATURE_INVALID


def test_a_key_that_is_neither_rsa_nor_elliptic_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "public_key", lambda _: ed25519.Ed25519PrivateKey.generate().public_key())
    signature = replace(_signature(shown=None), algorithm=replace(_signature().algorithm, kind="ecdsa"))
    assert _forged(monkeypatch, signature, CERTIFICATE) is RefusalCode.SAML_SIGNATURE_INVALID

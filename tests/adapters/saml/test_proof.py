"""Two engines must agree on a signature, and only what both saw is read."""

from __future__ import annotations

import pytest
import xmlsec
from lxml import etree

from chalicelib.adapters.saml import proof as module
from chalicelib.adapters.saml.proof import canonical, proof
from chalicelib.adapters.saml.refused import Refused
from chalicelib.adapters.saml.signature import Signature, allowed
from chalicelib.domain.refusal import RefusalCode
from tests.identity_provider import GOOD, document, key
from tests.identity_provider.names import DS, SAML

PSS = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
CERTIFICATE = key("acme").certificate


def _signature() -> Signature:
    found = etree.fromstring(document(GOOD)).find(f"{{{SAML}}}Assertion/{{{DS}}}Signature")
    assert found is not None
    return allowed(found, sha1=False)


def test_the_octets_are_the_assertion_without_its_signature() -> None:
    octets = proof(_signature(), [CERTIFICATE]).octets
    assert octets.startswith(b"<saml:Assertion ")
    assert b"Signature" not in octets
    assert b"member@acme.test" in octets


def test_the_certificate_that_verified_is_named() -> None:
    assert proof(_signature(), [key("other").certificate, CERTIFICATE]).certificate == CERTIFICATE


def test_what_python3_saml_does_not_verify_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "signature_holds", lambda *_: False)
    with pytest.raises(Refused) as refused:
        proof(_signature(), [CERTIFICATE])
    assert refused.value.reason is RefusalCode.SAML_SIGNATURE_INVALID


def test_what_python3_saml_verifies_is_refused_if_it_is_not_what_we_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "signature_holds", lambda *_: True)
    signature = _signature()
    signature.owner.set("IssueInstant", "2026-03-02T12:00:01Z")
    with pytest.raises(Refused) as refused:
        proof(signature, [CERTIFICATE])
    assert refused.value.reason is RefusalCode.SAML_SIGNATURE_INVALID


def test_a_signed_info_that_no_key_made_never_reaches_python3_saml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cost grows with the message; a stranger must not choose it."""

    def never(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(module, "signature_holds", never)
    with pytest.raises(Refused) as refused:
        proof(_signature(), [key("other").certificate])
    assert refused.value.reason is RefusalCode.SAML_CERTIFICATE_MISMATCH
    assert refused.value.received is not None
    assert CERTIFICATE.facts.sha256 in refused.value.received


def test_without_any_certificate_nothing_is_proven() -> None:
    with pytest.raises(Refused):
        proof(_signature(), [])


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
    assert proof(allowed(found, sha1=False), [CERTIFICATE]).signature.algorithm.name == "RSA-PSS-SHA256"


def test_an_element_is_canonicalized_in_its_namespace_context() -> None:
    inner = etree.fromstring('<a xmlns:x="urn:x" xmlns:y="urn:y"><b t="x:z"/></a>')[0]
    assert canonical(inner) == b'<b t="x:z"></b>'
    assert canonical(inner, ["x"]) == b'<b xmlns:x="urn:x" t="x:z"></b>'


def test_content_without_a_canonical_form_proves_nothing() -> None:
    """libxml2 gives up on relative namespace names; an empty text would have a digest too."""
    with pytest.raises(Refused):
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

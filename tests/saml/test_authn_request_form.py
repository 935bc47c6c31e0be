"""AuthnRequests by HTTP-POST, read back and verified by signxml."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from lxml import etree
from signxml.exceptions import InvalidDigest, InvalidSignature
from signxml.verifier import XMLVerifier

from chalicelib.connections.model import Connection
from chalicelib.saml.authn_request_form import form_fields
from chalicelib.saml.key_pair import KeyPair
from tests.saml.authn_request import CONNECTION, NAMES, NOW, PAIR, PROVIDER, REQUEST
from tests.support.identity_provider import key

DS = "{http://www.w3.org/2000/09/xmldsig#}"


def fields(
    connection: Connection = CONNECTION, signing_key: KeyPair | None = None, *, force_authn: bool = False
) -> dict[str, str]:
    return form_fields(
        REQUEST,
        connection=connection,
        provider=PROVIDER,
        relay_state="state",
        signing_key=signing_key,
        force_authn=force_authn,
        now=NOW,
    )


def document(form: dict[str, str]) -> bytes:
    """Base64 without DEFLATE (SAML Bindings section 3.5.4)."""
    return base64.b64decode(form["SAMLRequest"], validate=True)


def verified(xml: bytes, pair: KeyPair) -> etree._Element:
    result = XMLVerifier().verify(xml, x509_cert=pair_pem(pair), id_attribute="ID")
    assert not isinstance(result, list)
    assert result.signed_xml is not None
    return result.signed_xml


def pair_pem(pair: KeyPair) -> str:
    from ssl import DER_cert_to_PEM_cert

    return DER_cert_to_PEM_cert(pair.certificate)


def test_an_unsigned_request_is_the_same_document_that_a_redirect_carries() -> None:
    request = etree.fromstring(document(fields(force_authn=True)))
    assert [child.tag for child in request] == [f"{{{NAMES['a']}}}Issuer"]
    assert (request.get("ID"), request.get("ForceAuthn")) == (REQUEST.id, "true")
    assert request.get("Destination") == CONNECTION.identity_provider_url
    assert fields()["RelayState"] == "state"


@pytest.mark.parametrize("name_id_format", [None, "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"])
def test_a_signed_request_verifies_as_a_whole_with_our_key(name_id_format: str | None) -> None:
    xml = document(fields(replace(CONNECTION, name_id_format=name_id_format), PAIR))
    signed = verified(xml, PAIR)
    assert (signed.get("ID"), signed.tag) == (REQUEST.id, f"{{{NAMES['p']}}}AuthnRequest")
    tags = [etree.QName(child).localname for child in etree.fromstring(xml)]
    assert tags == ["Issuer", "Signature", *(["NameIDPolicy"] if name_id_format else [])]


def test_the_signature_uses_sha_256_and_carries_the_certificate() -> None:
    root = etree.fromstring(document(fields(signing_key=PAIR)))
    methods = {element.get("Algorithm") for element in root.iter(f"{DS}SignatureMethod", f"{DS}DigestMethod")}
    assert methods == {
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
    }
    (shown,) = [element.text for element in root.iter(f"{DS}X509Certificate")]
    assert base64.b64decode(shown or "") == PAIR.certificate


def test_a_changed_request_or_another_key_does_not_verify() -> None:
    xml = document(fields(signing_key=PAIR))
    with pytest.raises(InvalidDigest):
        verified(xml.replace(b"https://idp.acme.test/sso", b"https://idp.evil.test/sso"), PAIR)
    with pytest.raises(InvalidSignature):
        verified(xml, KeyPair(key("acme").private_pem, key("acme").der))


def test_a_connection_without_an_address_sends_nothing() -> None:
    with pytest.raises(ValueError, match="no identity provider URL"):
        fields(replace(CONNECTION, identity_provider_url=None))

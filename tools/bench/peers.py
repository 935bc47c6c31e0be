"""Other libraries that verify the same messages, each used as documented."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import xmlsec
from lxml import etree
from onelogin.saml2 import utils
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tests.support.identity_provider.description import ACS_URL, ENTITY_ID, IDP_ISSUER
from tests.support.identity_provider.names import DS, SAML, XENC
from tools.bench.samples import Sample

_SIGNATURE = f"{{{DS}}}Signature"
_ASSERTION = f"{{{SAML}}}Assertion"


def python3_saml(sample: Sample) -> Callable[[], None]:
    """Creates settings and response for each request, as in its README."""
    private = sample.service.private_pem.decode()
    settings = {
        "strict": True,
        "sp": {
            "entityId": ENTITY_ID,
            "assertionConsumerService": {"url": ACS_URL},
            "x509cert": sample.service.pem,
            "privateKey": private,
        },
        "idp": {
            "entityId": IDP_ISSUER,
            "singleSignOnService": {"url": f"{IDP_ISSUER}/sso"},
            "x509cert": sample.identity_provider.pem,
        },
    }
    host, _, path = ACS_URL.removeprefix("https://").partition("/")
    request = {"https": "on", "http_host": host, "script_name": f"/{path}", "get_data": {}, "post_data": {}}
    pending = sample.trust.pending

    def verify() -> None:
        # As it comes: what saml/xmlsec_engine.py puts into it for us is put aside meanwhile.
        with patch.object(utils, "xmlsec", xmlsec):
            answer()

    def answer() -> None:
        response = OneLogin_Saml2_Response(OneLogin_Saml2_Settings(settings), str(sample.sent))
        if not response.is_valid(request, pending.id if pending else None):
            raise ValueError(response.get_error())
        response.get_attributes()
        response.get_nameid()

    return verify


def signxml(sample: Sample) -> Callable[[], None] | None:
    """Verifies signatures only; doesn't decrypt."""
    octets = base64.b64decode(sample.sent)
    root = etree.fromstring(octets)
    if root.find(_ASSERTION) is None:
        return None
    places = [f"./{_ASSERTION}/"] if root.find(_SIGNATURE) is None else ["./", f"./{_ASSERTION}/"]
    configurations = [SignatureConfiguration(location=place, ignore_ambiguous_key_info=True) for place in places]
    certificate = sample.identity_provider.pem

    def verify() -> None:
        posted = base64.b64decode(sample.sent)
        for configuration in configurations:
            XMLVerifier().verify(posted, x509_cert=certificate, id_attribute="ID", expect_config=configuration)

    return verify


def xmlsec1(sample: Sample) -> Callable[[], None]:
    """python-xmlsec with its keys kept: decrypt, and verify every signature; nothing is read or checked."""
    public = xmlsec.Key.from_memory(sample.identity_provider.pem, xmlsec.constants.KeyDataFormatCertPem, None)
    private = xmlsec.Key.from_memory(sample.service.private_pem, xmlsec.constants.KeyDataFormatPem, None)
    manager = xmlsec.KeysManager()
    manager.add_key(private)

    def signed(element: Any) -> None:
        xmlsec.tree.add_ids(element, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = public
        context.verify(element.find(_SIGNATURE))

    def verify() -> None:
        response = etree.fromstring(binascii.a2b_base64(sample.sent))
        if response.find(_SIGNATURE) is not None:
            signed(response)
        assertion: Any = response.find(_ASSERTION)
        if assertion is None:
            data: Any = response.find(f".//{{{XENC}}}EncryptedData")
            assertion = xmlsec.EncryptionContext(manager).decrypt(data)
        signed(assertion)

    return verify

"""Builds AuthnRequests for the HTTP-POST binding (SAML Bindings section 3.5): base64 in a form field, with an enveloped
signature if signed."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING

import xmlsec
from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.authn_request import authn_request, target_of
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.service_provider import ServiceProvider
from chalicelib.saml.xml_parser import parse_untrusted

if TYPE_CHECKING:
    from chalicelib.saml.trust import ExpectedRequest, RequestSettings


def form_fields(
    request: ExpectedRequest,
    *,
    connection: RequestSettings,
    provider: ServiceProvider,
    relay_state: str,
    signing_key: KeyPair | None = None,
    force_authn: bool = False,
    now: datetime,
) -> dict[str, str]:
    """Returns the form fields that the browser posts to the identity provider.

    Args:
        relay_state: opaque, at most 80 bytes.
        signing_key: signs the request with an enveloped signature; None sends it unsigned.

    Raises:
        ValueError: the connection has no identity provider URL.
    """
    target = target_of(connection)
    document = authn_request(request.id, connection, provider, target, force_authn=force_authn, now=now)
    if signing_key is not None:
        document = _sign(document, signing_key)
    return {"SAMLRequest": base64.b64encode(document).decode(), "RelayState": relay_state}


def _sign(document: bytes, key: KeyPair) -> bytes:
    """Returns the signed document, with the Signature after the Issuer as the schema requires (SAML Core section
    3.2.1)."""
    root = parse_untrusted(document)
    signature = xmlsec.template.create(root, xmlsec.constants.TransformExclC14N, xmlsec.constants.TransformRsaSha256)
    root.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, xmlsec.constants.TransformSha256, uri=f"#{root.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    _add_certificate(signature, key.certificate)
    context = xmlsec.SignatureContext()
    context.register_id(root, "ID")
    context.key = xmlsec.Key.from_memory(key.private_key, xmlsec.constants.KeyDataFormatPem, None)
    context.sign(signature)
    return etree.tostring(root)


def _add_certificate(signature: Element, certificate: bytes) -> None:
    """Adds the certificate as KeyInfo: some identity providers use it to select the verification key."""
    data = etree.SubElement(xmlsec.template.ensure_key_info(signature), f"{{{names.DS}}}X509Data")
    etree.SubElement(data, f"{{{names.DS}}}X509Certificate").text = base64.b64encode(certificate).decode()

"""Generates service provider metadata (SAML Metadata section 2.4.4). It lists supported endpoints only: no logout, no
artifacts."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.saml import names
from chalicelib.saml.key_pair import KeyPair, PublishedKeys
from chalicelib.saml.service_provider import ServiceProvider

if TYPE_CHECKING:
    from chalicelib.saml.trust import RequestSettings

_MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
# In order of preference; rsa-1_5 is excluded.
_ENCRYPTION_METHODS: Final = (
    f"{names.XENC11}aes256-gcm",
    f"{names.XENC11}aes128-gcm",
    f"{names.XENC}aes256-cbc",
    f"{names.XENC}aes128-cbc",
    f"{names.XENC}rsa-oaep-mgf1p",
)


def service_provider_metadata(
    connection: RequestSettings, provider: ServiceProvider, keys: PublishedKeys | None = None
) -> bytes:
    """Generates the connection's metadata document. Equal input gives equal bytes, so that an ETag can be derived from
    them.

    WantAssertionsSigned is always true, whatever the connection requires: a signed Response alone is still accepted,
    but only a signature inside protects an encrypted assertion.

    Args:
        keys: the keys whose certificates are published; None publishes none.
    """
    root = etree.Element(f"{{{_MD}}}EntityDescriptor", entityID=provider.entity_id, nsmap={"md": _MD, "ds": names.DS})
    descriptor = _child(
        root,
        "SPSSODescriptor",
        AuthnRequestsSigned=_boolean(connection.sign_requests),
        WantAssertionsSigned="true",
        protocolSupportEnumeration=names.SAMLP,
    )
    if keys is not None:
        for pair in keys.signing:
            _key(descriptor, "signing", pair)
        for pair in keys.decryption:
            key = _key(descriptor, "encryption", pair)
            for algorithm in _ENCRYPTION_METHODS:
                _child(key, "EncryptionMethod", Algorithm=algorithm)
    if connection.name_id_format:
        _child(descriptor, "NameIDFormat").text = connection.name_id_format
    _child(
        descriptor,
        "AssertionConsumerService",
        Binding=names.HTTP_POST,
        Location=provider.acs_url,
        index="0",
        isDefault="true",
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _key(descriptor: Element, use: str, pair: KeyPair) -> Element:
    key = _child(descriptor, "KeyDescriptor", use=use)
    data = etree.SubElement(etree.SubElement(key, names.KEY_INFO), f"{{{names.DS}}}X509Data")
    etree.SubElement(data, f"{{{names.DS}}}X509Certificate").text = base64.b64encode(pair.certificate).decode()
    return key


def _child(parent: Element, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{_MD}}}{name}", attributes)


def _boolean(value: bool) -> str:
    return "true" if value else "false"

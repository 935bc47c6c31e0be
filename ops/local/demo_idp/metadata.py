"""The identity provider's metadata (SAML Metadata section 2.4.3)."""

from __future__ import annotations

from typing import Final

from lxml import etree
from lxml.builder import ElementMaker

from ops.local.demo_idp.answer import EMAIL_FORMAT, PERSISTENT_FORMAT
from ops.local.demo_idp.signing_key import SigningKey

_MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_BINDINGS: Final = "urn:oasis:names:tc:SAML:2.0:bindings:"
_PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"

_md: Final = ElementMaker(namespace=_MD, nsmap={"md": _MD, "ds": _DS})
_ds: Final = ElementMaker(namespace=_DS)


def metadata(entity_id: str, sso_url: str, key: SigningKey) -> bytes:
    """The EntityDescriptor."""
    key_info = _ds.KeyInfo(_ds.X509Data(_ds.X509Certificate(key.certificate_base64)))
    descriptor = _md.EntityDescriptor(
        _md.IDPSSODescriptor(
            _md.KeyDescriptor(key_info, use="signing"),
            *(_md.NameIDFormat(name) for name in (EMAIL_FORMAT, PERSISTENT_FORMAT)),
            *(
                _md.SingleSignOnService(Binding=_BINDINGS + name, Location=sso_url)
                for name in ("HTTP-Redirect", "HTTP-POST")
            ),
            WantAuthnRequestsSigned="false",
            protocolSupportEnumeration=_PROTOCOL,
        ),
        entityID=entity_id,
    )
    return etree.tostring(descriptor, xml_declaration=True, encoding="UTF-8", pretty_print=True)

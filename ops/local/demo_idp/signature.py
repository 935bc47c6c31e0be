"""Enveloped XML signatures (XML Signature Syntax and Processing, SAML Core section 5.4)."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from lxml import etree
from lxml.builder import ElementMaker

from ops.local.demo_idp.signing_key import SigningKey

_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"

_ds: Final = ElementMaker(namespace=_DS, nsmap={"ds": _DS})


def sign(element: etree._Element, key: SigningKey) -> None:
    """Put a signature of `element` (by its ID) behind its Issuer, where SAML wants it."""
    digest = base64.b64encode(hashlib.sha256(_canonical(element)).digest()).decode()
    signed_info = _ds.SignedInfo(
        _ds.CanonicalizationMethod(Algorithm=_EXCLUSIVE_C14N),
        _ds.SignatureMethod(Algorithm=_RSA_SHA256),
        _ds.Reference(
            _ds.Transforms(_ds.Transform(Algorithm=_ENVELOPED), _ds.Transform(Algorithm=_EXCLUSIVE_C14N)),
            _ds.DigestMethod(Algorithm=_SHA256),
            _ds.DigestValue(digest),
            URI=f"#{element.get('ID')}",
        ),
    )
    value = base64.b64encode(key.sign(_canonical(signed_info))).decode()
    certificate = _ds.X509Data(_ds.X509Certificate(key.certificate_base64))
    element.insert(1, _ds.Signature(signed_info, _ds.SignatureValue(value), _ds.KeyInfo(certificate)))


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)

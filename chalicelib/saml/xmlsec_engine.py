"""The only module that uses python3-saml and xmlsec1.

python3-saml verifies XML signatures; its `Response` class isn't used. That class reads the clock by itself, compares
Destination as a prefix and Recipient as a substring, accepts missing audiences and confirmations, has no clock skew
where it matters, compiles its schema and 66 XPath queries on every call, and refuses RSA-OAEP with SHA-256. The
`structure` and `validate` modules cover all its other checks, more strictly.

`VERSIONS` are the reviewed and measured versions; a test compares them with the installed ones.
"""

from __future__ import annotations

from functools import lru_cache
from ssl import DER_cert_to_PEM_cert, PEM_cert_to_DER_cert
from types import SimpleNamespace
from typing import Final

import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml.etree import _Element as Element
from onelogin.saml2 import utils

from chalicelib.saml.keys import public_key

VERSIONS: Final = {"python3-saml": "1.16.0", "xmlsec": "1.3.17", "lxml": "6.1.3"}


class _CachedKey:
    """A substitute for `xmlsec.Key` in python3-saml that caches the key of a certificate.

    `Key.from_memory` parses the certificate on every call (46 µs), and `SignatureContext.key` copies its whole chain
    (36 µs). A key made from the bare public key costs 0 and 5 µs. A context copies its key, so sharing it is safe.
    """

    @staticmethod
    def from_memory(octets: str, form: int, password: str | None) -> xmlsec.Key:
        """Returns the cached key for a PEM certificate; delegates other formats to xmlsec."""
        if form == xmlsec.constants.KeyDataFormatCertPem and password is None:
            return _public_key(octets)
        return xmlsec.Key.from_memory(octets, form, password)


@lru_cache(maxsize=256)
def _public_key(certificate: str) -> xmlsec.Key:
    bare = public_key(PEM_cert_to_DER_cert(certificate)).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return xmlsec.Key.from_memory(bare, xmlsec.constants.KeyDataFormatPem, None)


@lru_cache(maxsize=256)
def _pem(certificate: bytes) -> str:
    return DER_cert_to_PEM_cert(certificate)


_REGISTRY: Final = xmlsec.SignatureContext()
"""Registers IDs in their documents; it keeps nothing of them itself."""

utils.xmlsec = SimpleNamespace(**vars(xmlsec) | {"Key": _CachedKey})


def xmlsec_verifies(signature: Element, owner: Element, certificate: bytes) -> bool:
    """Returns True if python3-saml verifies `signature`, a child of `owner`, with this certificate's key.

    Args:
        certificate: DER. KeyInfo is ignored: a context that has a key never reads it.
    """
    # python3-saml registers every ID in the document; a Reference may only mean that of the signed element.
    _REGISTRY.register_id(owner, "ID")
    return bool(
        utils.OneLogin_Saml2_Utils.validate_node_sign(signature, owner, cert=_pem(certificate), raise_exceptions=False)
    )

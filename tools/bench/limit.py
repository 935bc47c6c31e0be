"""The physical limit: what any reader must do with lxml and OpenSSL, and not one check more.

Never a way to verify anything: it trusts the document to have the shape that it has here.
"""

from __future__ import annotations

import binascii
import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree
from lxml.etree import _Element as Element

from tests.support.identity_provider.names import DS, SAML, XENC
from tools.bench.samples import Sample

_SIGNATURE = f"{{{DS}}}Signature"
_ASSERTION = f"{{{SAML}}}Assertion"
_INFO = f"{{{DS}}}SignedInfo"
_VALUE = f"{{{DS}}}SignatureValue"
_DIGEST_VALUE = f"{{{DS}}}Reference/{{{DS}}}DigestValue"
_PREFIXES = ["xs"]


class Limit:
    """base64, parse, exclusive canonicalization of what is signed and of SignedInfo, SHA-256, one RSA verification.

    Each signature of the message once; an encrypted assertion adds one RSA private operation, AES and a second parse.
    """

    def __init__(self, sample: Sample) -> None:
        public, private = sample.identity_provider.private.public_key(), sample.service.private
        if not isinstance(public, rsa.RSAPublicKey) or not isinstance(private, rsa.RSAPrivateKey):
            raise TypeError("the limit is that of RSA")
        self._public, self._private, self._sent = public, private, str(sample.sent)

    def __call__(self) -> None:
        """Once.

        Raises:
            InvalidSignature, ValueError: not that message.
        """
        response = etree.fromstring(binascii.a2b_base64(self._sent))
        if response.find(_SIGNATURE) is not None:
            self._verify_signature(response)
        assertion = response.find(_ASSERTION)
        self._verify_signature(self._decrypt(response) if assertion is None else assertion)

    def _verify_signature(self, element: Element) -> None:
        signature = _require(element, _SIGNATURE)
        info = _require(signature, _INFO)
        octets = etree.tostring(info, method="c14n", exclusive=True, with_comments=False)
        value = binascii.a2b_base64(signature.findtext(_VALUE) or "")
        self._public.verify(value, octets, padding.PKCS1v15(), hashes.SHA256())
        element.remove(signature)
        signed = etree.tostring(
            element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=_PREFIXES
        )
        if hashlib.sha256(signed).digest() != binascii.a2b_base64(info.findtext(_DIGEST_VALUE) or ""):
            raise ValueError("another digest")

    def _decrypt(self, response: Element) -> Element:
        sealed_key, sealed = (
            binascii.a2b_base64(value.text or "") for value in response.iter(f"{{{XENC}}}CipherValue")
        )
        oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 the standard's default
        content_key = self._private.decrypt(sealed_key, oaep)
        if _require(response, f".//{{{XENC}}}EncryptionMethod").get("Algorithm", "").endswith("gcm"):
            return etree.fromstring(AESGCM(content_key).decrypt(sealed[:12], sealed[12:], None))
        decryptor = Cipher(algorithms.AES(content_key), modes.CBC(sealed[:16])).decryptor()
        padded = decryptor.update(sealed[16:]) + decryptor.finalize()
        return etree.fromstring(padded[: -padded[-1]])


def _require(element: Element, path: str) -> Element:
    found = element.find(path)
    if found is None:
        raise ValueError(path)
    return found

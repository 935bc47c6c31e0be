"""Decryption for the second reader: XML Encryption read with lxml and cryptography alone."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from tests.support.identity_provider import names
from tests.support.identity_provider.keys import Key
from tests.support.identity_provider.names import DS, XENC, XENC11
from tests.support.identity_provider.signature import HASHES


def decrypt(response: etree._Element, key: Key) -> etree._Element:
    """The assertion inside the response's EncryptedAssertion."""
    data = _require(response, f".//{{{XENC}}}EncryptedData")
    encrypted_key = _require(response, f".//{{{XENC}}}EncryptedKey")
    if not isinstance(key.private, rsa.RSAPrivateKey):
        raise TypeError("only RSA keys carry content keys")
    content_key = key.private.decrypt(_cipher(encrypted_key), _padding(encrypted_key))
    algorithm = _require(data, f"{{{XENC}}}EncryptionMethod").get("Algorithm") or ""
    return etree.fromstring(_decrypt(_cipher(data), content_key, algorithm))


def _decrypt(octets: bytes, content_key: bytes, algorithm: str) -> bytes:
    if algorithm.endswith("gcm"):
        return AESGCM(content_key).decrypt(octets[:12], octets[12:], None)
    decryptor = Cipher(algorithms.AES(content_key), modes.CBC(octets[:16])).decryptor()
    padded = decryptor.update(octets[16:]) + decryptor.finalize()
    return padded[: -padded[-1]]


def _padding(encrypted_key: etree._Element) -> padding.AsymmetricPadding:
    method = _require(encrypted_key, f"{{{XENC}}}EncryptionMethod")
    digest = method.find(f"{{{DS}}}DigestMethod")
    mask = method.find(f"{{{XENC11}}}MGF")
    hashing = HASHES[names.SHA1 if digest is None else digest.get("Algorithm") or ""]
    masking = hashes.SHA256 if mask is not None and mask.get("Algorithm") == names.MGF1_SHA256 else hashes.SHA1
    return padding.OAEP(mgf=padding.MGF1(masking()), algorithm=hashing(), label=None)


def _cipher(element: etree._Element) -> bytes:
    return base64.b64decode(element.findtext(f"{{{XENC}}}CipherData/{{{XENC}}}CipherValue") or "")


def _require(element: etree._Element, path: str) -> etree._Element:
    found = element.find(path)
    if found is None:
        raise LookupError(path)
    return found

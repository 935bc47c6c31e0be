"""XML Encryption (xmlenc-core1): AES in CBC and GCM under RSA-OAEP, and the forbidden rsa-1_5 for attacks."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from tests.support.identity_provider import names
from tests.support.identity_provider.description import Encryption
from tests.support.identity_provider.keys import key
from tests.support.identity_provider.names import DS, SAML, XENC, XENC11
from tests.support.identity_provider.signature import HASHES

_KEY_BITS = {"aes128": 128, "aes192": 192, "aes256": 256}


def encrypted(
    plaintext: bytes, encryption: Encryption, prefix: str | None, name: str = "EncryptedAssertion"
) -> etree._Element:
    """An EncryptedAssertion or EncryptedID that holds `plaintext`, a serialized Assertion or NameID."""
    content_key = os.urandom(_KEY_BITS[encryption.content.partition("#")[2][:6]] // 8)
    outer = etree.Element(f"{{{SAML}}}{name}", nsmap={prefix: SAML})
    data = etree.SubElement(outer, f"{{{XENC}}}EncryptedData", nsmap={"xenc": XENC}, Type=f"{XENC}Element")
    etree.SubElement(data, f"{{{XENC}}}EncryptionMethod", Algorithm=encryption.content)
    info = etree.SubElement(data, f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
    if encryption.key_beside:
        etree.SubElement(info, f"{{{DS}}}RetrievalMethod", Type=f"{XENC}EncryptedKey", URI="#_key-1")
    encrypted_key = _encrypted_key(outer if encryption.key_beside else info, content_key, encryption)
    _cipher(data, encrypt(plaintext, content_key, encryption.content))
    if encryption.key_beside:
        encrypted_key.set("Id", "_key-1")
    return outer


def encrypt(plaintext: bytes, content_key: bytes, algorithm: str) -> bytes:
    """Initialization vector and ciphertext, as CipherValue carries them (xmlenc-core1 sections 5.2.2 and 5.2.4)."""
    if algorithm.endswith("gcm"):
        nonce = os.urandom(12)
        return nonce + AESGCM(content_key).encrypt(nonce, plaintext, None)
    pad = 16 - len(plaintext) % 16
    vector = os.urandom(16)
    encryptor = Cipher(algorithms.AES(content_key), modes.CBC(vector)).encryptor()
    padded = plaintext + os.urandom(pad - 1) + bytes([pad])
    return vector + encryptor.update(padded) + encryptor.finalize()


def _encrypted_key(parent: etree._Element, content_key: bytes, encryption: Encryption) -> etree._Element:
    element = etree.SubElement(parent, f"{{{XENC}}}EncryptedKey", nsmap={"xenc": XENC})
    method = etree.SubElement(element, f"{{{XENC}}}EncryptionMethod", Algorithm=encryption.transport)
    if encryption.digest is not None and encryption.transport != names.RSA_1_5:
        etree.SubElement(method, f"{{{DS}}}DigestMethod", nsmap={"ds": DS}, Algorithm=encryption.digest)
    if encryption.mask is not None:
        etree.SubElement(method, f"{{{XENC11}}}MGF", nsmap={"xenc11": XENC11}, Algorithm=encryption.mask)
    recipient = key(encryption.key)
    if encryption.name_certificate:
        info = etree.SubElement(element, f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
        data = etree.SubElement(info, f"{{{DS}}}X509Data")
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = recipient.base64
    public = recipient.private.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise TypeError("only RSA keys carry content keys")
    _cipher(element, public.encrypt(content_key, _padding(encryption)))
    return element


def _padding(encryption: Encryption) -> padding.AsymmetricPadding:
    if encryption.transport == names.RSA_1_5:
        return padding.PKCS1v15()
    mask: hashes.HashAlgorithm = hashes.SHA256() if encryption.mask == names.MGF1_SHA256 else hashes.SHA1()
    return padding.OAEP(mgf=padding.MGF1(mask), algorithm=HASHES[encryption.digest or names.SHA1](), label=None)


def _cipher(parent: etree._Element, octets: bytes) -> None:
    data = etree.SubElement(parent, f"{{{XENC}}}CipherData")
    etree.SubElement(data, f"{{{XENC}}}CipherValue").text = base64.b64encode(octets).decode()

"""Decrypts EncryptedAssertion and EncryptedID (XML Encryption 1.1): AES in GCM or CBC mode with RSA-OAEP key transport.
RSA 1.5 and references are refused.

The structure is checked first, with detailed errors, because it depends neither on keys nor on plaintext. All later
failures raise the same error with the same text, so that altered ciphertexts reveal nothing (CBC padding oracles).
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml.etree import _Element as Element

from chalicelib.i18n.message import message
from chalicelib.saml import names
from chalicelib.saml.check import CheckName
from chalicelib.saml.decode import parse_xml
from chalicelib.saml.key_pair import KeyPair
from chalicelib.saml.keys import private_key
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.validation_error import ValidationError, malformed, weak_encryption

MAX_ENCRYPTED_KEYS: Final = 2

_XENC: Final = f"{{{names.XENC}}}"
_BLANKS: Final = b" \t\r\n"
_CONTENT: Final[dict[str, tuple[int, str]]] = {
    f"{names.XENC}aes128-cbc": (16, "cbc"),
    f"{names.XENC}aes192-cbc": (24, "cbc"),
    f"{names.XENC}aes256-cbc": (32, "cbc"),
    f"{names.XENC11}aes128-gcm": (16, "gcm"),
    f"{names.XENC11}aes192-gcm": (24, "gcm"),
    f"{names.XENC11}aes256-gcm": (32, "gcm"),
}
_MGF1P: Final = f"{names.XENC}rsa-oaep-mgf1p"
_MGF1_SHA1: Final = f"{names.XENC11}mgf1sha1"
_OAEP: Final = f"{names.XENC11}rsa-oaep"
# SHA-1 is safe here: OAEP needs no collision resistance, and SHA-1 is the standard's default.
_DIGESTS: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    names.SHA1: hashes.SHA1,
    names.SHA256: hashes.SHA256,
    names.SHA384: hashes.SHA384,
    names.SHA512: hashes.SHA512,
}
_MASKS: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    _MGF1_SHA1: hashes.SHA1,
    f"{names.XENC11}mgf1sha256": hashes.SHA256,
    f"{names.XENC11}mgf1sha384": hashes.SHA384,
    f"{names.XENC11}mgf1sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class EncryptedData:
    """An EncryptedAssertion or EncryptedID with a permitted structure.

    Attributes:
        keys: one or two encrypted copies of the content key, each with its padding.
        namespaces: the namespace prefixes in scope at the ciphertext.
    """

    key_length: int
    mode: str
    octets: bytes
    keys: tuple[tuple[bytes, padding.OAEP], ...]
    namespaces: dict[str | None, str]

    @property
    def is_authenticated(self) -> bool:
        """True if the mode detects every change of the ciphertext. CBC doesn't: its plaintext may have been altered."""
        return self.mode == "gcm"


def parse_encrypted(encrypted: Element) -> EncryptedData:
    """Parses the structure of an encrypted element.

    Raises:
        ValidationError: saml_malformed or saml_weak_algorithm, based on unencrypted data only.
    """
    data = _only(encrypted, "EncryptedData")
    if data.get("Type", f"{names.XENC}Element") != f"{names.XENC}Element":
        raise malformed(message("check.readable.encrypted_element"), data.get("Type"))
    method = _only(data, "EncryptionMethod").get("Algorithm", "")
    if method not in _CONTENT:
        raise weak_encryption(method, of_key=False)
    keys = tuple(encrypted.iterdescendants(f"{_XENC}EncryptedKey"))
    if not 1 <= len(keys) <= MAX_ENCRYPTED_KEYS:
        raise malformed(message("check.readable.encrypted_keys", number=MAX_ENCRYPTED_KEYS), str(len(keys)))
    if next(encrypted.iterdescendants(f"{_XENC}CipherReference"), None) is not None:
        raise malformed("CipherValue", "CipherReference")
    length, mode = _CONTENT[method]
    sealed_keys = tuple((_cipher(key), _oaep(_only(key, "EncryptionMethod"))) for key in keys)
    return EncryptedData(length, mode, _cipher(data), sealed_keys, encrypted.nsmap)


def decrypt(message: EncryptedData, keys: Sequence[KeyPair]) -> Element:
    """Returns the decrypted element, as a child of a wrapper that declares the namespaces in scope at the ciphertext.

    Nothing that depends on it may be shown unless it is authenticated, signed, or names this connection.

    Raises:
        ValidationError: saml_decryption_failed, for every cause.
    """
    for content_key in _content_keys(message, keys):
        try:
            return _parse_in_scope(_plaintext(message, content_key), message.namespaces)
        except (InvalidTag, ValueError, ValidationError):
            continue
    raise decryption_failed()


def decryption_failed() -> ValidationError:
    """Returns the only error that is raised between decryption and verification of the inner signature."""
    return ValidationError(
        RefusalCode.SAML_DECRYPTION_FAILED,
        CheckName.ENCRYPTION,
        expected=message("check.encryption.for_us"),
    )


def _content_keys(message: EncryptedData, keys: Sequence[KeyPair]) -> list[bytes]:
    found = []
    for pair in keys:
        private = private_key(pair.private_key)
        for octets, oaep in message.keys:
            try:
                content_key = private.decrypt(octets, oaep)
            except ValueError:
                continue
            if len(content_key) == message.key_length:
                found.append(content_key)
                return found
    return found


def _plaintext(message: EncryptedData, content_key: bytes) -> bytes:
    octets = message.octets
    if message.mode == "gcm":
        return AESGCM(content_key).decrypt(octets[:12], octets[12:], None)
    decryptor = Cipher(algorithms.AES(content_key), modes.CBC(octets[:16])).decryptor()
    padded = decryptor.update(octets[16:]) + decryptor.finalize()
    # The padding is not checked by itself (that would be an oracle): the result parses or it doesn't.
    return padded[: -(padded[-1] & 15 or 16)] if padded else b""


def _parse_in_scope(plaintext: bytes, namespaces: dict[str | None, str]) -> Element:
    """Parses the plaintext in the namespace context of the ciphertext that it replaces (xmlenc-core1 section 4.4)."""
    declarations = " ".join(
        f"xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}" for prefix, uri in namespaces.items()
    )
    if plaintext.lstrip().startswith(b"<?xml"):
        plaintext = plaintext.partition(b"?>")[2]
    wrapper = parse_xml(b"<wrapper " + declarations.encode() + b">" + plaintext + b"</wrapper>")
    if len(wrapper) != 1 or (wrapper.text or "").strip() or (wrapper[0].tail or "").strip():
        raise malformed(message("check.readable.one_element"))
    return wrapper[0]


def _oaep(method: Element) -> padding.OAEP:
    uri = method.get("Algorithm", "")
    if uri not in {_MGF1P, _OAEP}:
        raise weak_encryption(uri, of_key=True)
    digest_method, mask_method = method.find(names.DIGEST_METHOD), method.find(f"{{{names.XENC11}}}MGF")
    digest = names.SHA1 if digest_method is None else digest_method.get("Algorithm", "")
    mask = _MGF1_SHA1 if mask_method is None or uri == _MGF1P else mask_method.get("Algorithm", "")
    if digest not in _DIGESTS or mask not in _MASKS:
        raise weak_encryption(f"{digest} {mask}", of_key=True)
    label = method.findtext(f"{_XENC}OAEPparams")
    return padding.OAEP(padding.MGF1(_MASKS[mask]()), _DIGESTS[digest](), _base64(label) if label else None)


def _only(element: Element, name: str) -> Element:
    found = element.findall(f"{_XENC}{name}")
    if len(found) != 1:
        raise malformed(message("check.readable.one_of", name=name), str(len(found)))
    return found[0]


def _cipher(element: Element) -> bytes:
    return _base64(_only(_only(element, "CipherData"), "CipherValue").text or "")


def _base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.encode("ascii").translate(None, _BLANKS), strict_mode=True)
    except ValueError:
        raise malformed(message("check.readable.base64")) from None

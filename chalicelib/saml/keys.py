"""Loads and caches RSA private keys, and reads public keys from certificates."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


@lru_cache(maxsize=8)
def private_key(pem: bytes) -> rsa.RSAPrivateKey:
    """Loads the key without validating it, which takes 50 ms: it was validated when it was saved.

    Raises:
        TypeError: not an RSA key.
    """
    key = load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("our own keys are RSA")
    return key


_VERSION: Final = 0xA0
_BEFORE_THE_KEY: Final = 5  # serialNumber, signature, issuer, validity, subject


@lru_cache(maxsize=256)
def public_key(certificate: bytes) -> PublicKeyTypes:
    """Returns the public key of a DER certificate.

    Raises:
        ValueError: it is no certificate. Stored certificates never raise: they were parsed before they were saved.
    """
    try:
        return load_der_public_key(_key_info(certificate))
    except IndexError as error:
        raise ValueError("The certificate ends too early.") from error


def _key_info(certificate: bytes) -> bytes:
    """Returns SubjectPublicKeyInfo (RFC 5280 section 4.1), which follows the optional version and five other
    members."""
    outer, _ = _value(certificate, 0)
    at, _ = _value(certificate, outer)
    if certificate[at] == _VERSION:
        _, at = _value(certificate, at)
    for _ in range(_BEFORE_THE_KEY):
        _, at = _value(certificate, at)
    _, end = _value(certificate, at)
    return certificate[at:end]


def _value(octets: bytes, at: int) -> tuple[int, int]:
    """Returns the start and end offset of the value of the element at `at` (X.690 section 8.1.3, DER lengths)."""
    length, begin = octets[at + 1], at + 2
    if length >= 0x80:
        count = length - 0x80
        length, begin = int.from_bytes(octets[begin : begin + count]), begin + count
    return begin, begin + length

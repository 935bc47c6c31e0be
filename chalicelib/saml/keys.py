"""Our own RSA keys, loaded once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


@lru_cache(maxsize=8)
def private_key(pem: bytes) -> rsa.RSAPrivateKey:
    """The key, without the check that takes 50 ms: `domain/key_pair.checked` made it when the key was saved.

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
    """The key of a certificate in DER.

    Raises:
        ValueError: it is no certificate. None of those that we store: they were read before.
    """
    try:
        return load_der_public_key(_key_info(certificate))
    except IndexError as error:
        raise ValueError("The certificate ends too early.") from error


def _key_info(certificate: bytes) -> bytes:
    """SubjectPublicKeyInfo (RFC 5280 section 4.1): behind the version, where there is one, and five other members."""
    outer, _ = _value(certificate, 0)
    at, _ = _value(certificate, outer)
    if certificate[at] == _VERSION:
        _, at = _value(certificate, at)
    for _ in range(_BEFORE_THE_KEY):
        _, at = _value(certificate, at)
    _, end = _value(certificate, at)
    return certificate[at:end]


def _value(octets: bytes, at: int) -> tuple[int, int]:
    """Where the value of the element at this place begins and ends (X.690 section 8.1.3, lengths as DER has them)."""
    length, begin = octets[at + 1], at + 2
    if length >= 0x80:
        count = length - 0x80
        length, begin = int.from_bytes(octets[begin : begin + count]), begin + count
    return begin, begin + length

"""Validates a certificate's public key by its numbers alone, before any computation with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from chalicelib.connections.certificate_text import CertificateRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

RSA_BITS: Final = range(2048, 8193)
MAX_EXPONENT: Final = 2**32
"""Verification takes one multiplication per bit of the exponent. 65537 has 17 bits; 3,000 bits would take a second."""
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_OF_AUTHORITIES: Final = (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)


def require_cheap(key: CertificatePublicKeyTypes) -> None:
    """Refuses a key that is more expensive to use than a typical one. Reads its numbers and computes nothing.

    A certification authority in a chain may have a key that can't sign SAML messages; `described_key` checks those that
    can.

    Raises:
        CertificateRefused: `unsafe_exponent`, `unsupported_key`.
    """
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size >= RSA_BITS.stop:
            raise CertificateRefused("unsupported_key")
        exponent = key.public_numbers().e
        if exponent % 2 == 0 or not 1 < exponent < MAX_EXPONENT:
            raise CertificateRefused("unsafe_exponent")
    elif not isinstance(key, _OF_AUTHORITIES):
        raise CertificateRefused("unsupported_key")


def described_key(key: CertificatePublicKeyTypes) -> str:
    """Returns the kind and size of a key that may sign SAML messages, for example `RSA 2048` or `EC secp256r1`.

    Raises:
        CertificateRefused: `weak_key`, `unsupported_key`.
    """
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS.start:
        raise CertificateRefused("weak_key")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in RSA_BITS:
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return f"EC {key.curve.name}"
    raise CertificateRefused("unsupported_key")

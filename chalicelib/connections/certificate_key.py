"""Judges a certificate's public key by its numbers alone, before anything is computed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from chalicelib.connections.certificate_text import CertificateRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

RSA_BITS: Final = range(2048, 8193)
MAX_EXPONENT: Final = 2**32
"""Verifying takes one multiplication per bit of the exponent. 65537 has 17 bits; 3,000 would take a second's work."""
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_OF_AUTHORITIES: Final = (ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)


def require_cheap(key: CertificatePublicKeyTypes) -> None:
    """Refuses a key whose use may cost more than a usual one's. Reads its numbers and computes nothing.

    A certification authority in a chain may have a key that signs no SAML message; see `described_key` for those that
    do.

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
    """Kind and size of a key that may sign SAML messages, for example `RSA 2048` or `EC secp256r1`.

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

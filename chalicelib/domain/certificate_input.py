"""From what an admin gives to the certificates that a connection will trust."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key, load_der_public_key, pkcs7

from chalicelib.domain.certificate import Certificate, CertificateFacts
from chalicelib.domain.certificate_text import CertificateRefused, ders_in
from chalicelib.domain.connection import CERTIFICATES_MOST

_BLOCKS_MOST: Final = 16
_NAME_LONGEST: Final = 1_000  # characters
_RSA_BITS: Final = range(2048, 8193)
_CURVES: Final = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_BROKEN_HASHES: Final = (hashes.SHA1, hashes.MD5)
_KEY_STORE: Final = re.compile(rb"\x30[\x80-\x84].{0,4}?\x02\x01\x03\x30", re.DOTALL)
"""PKCS #12 (RFC 7292): a sequence that begins with version 3."""


def parse_certificates(given: str | bytes) -> tuple[Certificate, ...]:
    """The certificates in one text or file: the leaf of a chain, or several that didn't sign one another.

    Dates don't matter here: identity providers go on using expired certificates, and SAML takes them as containers of
    keys (IIP-MD12). `certificate_warning` speaks of them.

    Args:
        given: see `certificate_text.ders_in`.

    Raises:
        CertificateRefused: with its own code and sentence for each wrong thing.
    """
    ders = tuple(dict.fromkeys(ders_in(given)))
    if len(ders) > _BLOCKS_MOST:
        raise CertificateRefused("too_many")
    try:
        leaves = _leaves([_loaded(der) for der in ders])
        if len(leaves) > CERTIFICATES_MOST:
            raise CertificateRefused("too_many")  # noqa: TRY301 passed on below as it is
        return tuple(_certificate(leaf) for leaf in leaves)
    except CertificateRefused:
        raise
    except Exception:  # noqa: BLE001 cryptography has many for such octets, and some come only when a name is asked for
        raise CertificateRefused("not_a_certificate") from None


def _loaded(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateRefused(_kind(der)) from None
    return certificate


def _kind(der: bytes) -> str:
    """What these octets are, if not a certificate."""
    if _KEY_STORE.match(der):
        return "key_store"
    attempts = (
        ("private_key", lambda: load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)),
        ("certificate_request", lambda: x509.load_der_x509_csr(der)),
        ("pkcs7", lambda: pkcs7.load_der_pkcs7_certificates(der)),
        ("public_key_only", lambda: load_der_public_key(der)),
        ("unsupported_key", lambda: x509.load_der_x509_certificate(der)),
    )
    for code, attempt in attempts:
        try:
            attempt()
        except TypeError:  # a private key under a password
            return "private_key"
        except (ValueError, UnsupportedAlgorithm):
            continue
        return code
    return "not_a_certificate"


def _leaves(certificates: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Those that signed none of the others. Two that could have signed each other are one key's renewals, no chain."""
    return [
        one
        for one in certificates
        if not any(_signed(one, other) and not _signed(other, one) for other in certificates if other is not one)
    ]


def _signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _certificate(loaded: x509.Certificate) -> Certificate:
    der = loaded.public_bytes(Encoding.DER)
    facts = CertificateFacts(
        sha256=hashlib.sha256(der).hexdigest(),
        subject=_shown(loaded.subject),
        issuer=_shown(loaded.issuer),
        not_before=loaded.not_valid_before_utc,
        not_after=loaded.not_valid_after_utc,
        key=_key(loaded),
    )
    if isinstance(loaded.signature_hash_algorithm, _BROKEN_HASHES):
        raise CertificateRefused("sha1_only")
    return Certificate(facts, der)


def _shown(name: x509.Name) -> str:
    """For people; what is longer would fill the connection's item, of which DynamoDB takes 400 kB."""
    text = name.rfc4514_string()
    return text if len(text) <= _NAME_LONGEST else f"{text[: _NAME_LONGEST - 1]}…"


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _RSA_BITS.start:
        raise CertificateRefused("weak_key")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return f"EC {key.curve.name}"
    raise CertificateRefused("unsupported_key")

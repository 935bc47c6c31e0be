"""Parses admins' input into the certificates that a connection will trust."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    pkcs7,
)

from chalicelib.connections.certificate_key import described_key, require_cheap
from chalicelib.connections.certificate_name import NameFields, element_end, name_fields, shown_name
from chalicelib.connections.certificate_text import CertificateRefused, ders_in
from chalicelib.connections.model import MAX_CERTIFICATES
from chalicelib.saml.certificate import Certificate, CertificateFacts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

MAX_CERTIFICATES_READ: Final = 16
"""Per document or save, chains included. Separating leaves from authorities compares each pair."""
_BROKEN_HASHES: Final = (hashes.SHA1, hashes.MD5)
_KEY_STORE: Final = re.compile(rb"\x30[\x80-\x84].{0,4}?\x02\x01\x03\x30", re.DOTALL)
"""PKCS #12 (RFC 7292): a sequence that starts with version 3."""


class _ParsedCertificate:
    """A parsed certificate whose key was validated."""

    __slots__ = ("der", "key", "names", "x509")

    def __init__(self, der: bytes) -> None:
        try:
            if element_end(der) != len(der):
                raise ValueError("data after the certificate")  # noqa: TRY301 told apart below
            self.der = der
            self.names: NameFields = name_fields(self.der)
            self.x509 = x509.load_der_x509_certificate(self.names.readable)
            self.key: CertificatePublicKeyTypes = self.x509.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise CertificateRefused(_detect_kind(der)) from None
        require_cheap(self.key)


def parse_certificates(given: str | bytes) -> tuple[Certificate, ...]:
    """Parses the certificates in one text or file: the leaf of a chain, or several that didn't sign each other.

    Dates aren't checked: identity providers keep using expired certificates, and SAML treats certificates as containers
    of keys (IIP-MD12). Neither is the hash algorithm of the certificate's own signature, which is never verified.
    `certificate_warning` reports both.

    Args:
        given: see `certificate_text.ders_in`.

    Raises:
        CertificateRefused: with a specific code for each problem.
    """
    return certificates_of(ders_in(given))


def parse_each(texts: Sequence[str]) -> list[tuple[Certificate, ...] | CertificateRefused]:
    """Parses several texts that are submitted together. An unusable one doesn't affect the others.

    Raises:
        CertificateRefused: `too_many_in_text`: together they hold more than `MAX_CERTIFICATES_READ`.
    """
    found: list[tuple[bytes, ...] | CertificateRefused] = []
    for text in texts:
        try:
            found.append(ders_in(text))
        except CertificateRefused as refused:
            found.append(refused)
    if len({der for ders in found if isinstance(ders, tuple) for der in ders}) > MAX_CERTIFICATES_READ:
        raise CertificateRefused("too_many_in_text")
    return [_certificates_or_refusal(ders) for ders in found]


def _certificates_or_refusal(
    ders: tuple[bytes, ...] | CertificateRefused,
) -> tuple[Certificate, ...] | CertificateRefused:
    if isinstance(ders, CertificateRefused):
        return ders
    try:
        return certificates_of(ders)
    except CertificateRefused as refused:
        return refused


def certificates_of(ders: Sequence[bytes]) -> tuple[Certificate, ...]:
    """Parses certificates in DER; see `parse_certificates`.

    Raises:
        CertificateRefused: with a specific code for each problem.
    """
    unique = tuple(dict.fromkeys(ders))
    if len(unique) > MAX_CERTIFICATES_READ:
        raise CertificateRefused("too_many_in_text")
    try:
        leaves = _select_leaves([_ParsedCertificate(der) for der in unique])
        if len(leaves) > MAX_CERTIFICATES:
            raise CertificateRefused("too_many")  # noqa: TRY301 passed on below as it is
        return tuple(_certificate(leaf) for leaf in leaves)
    except CertificateRefused:
        raise
    except Exception:  # noqa: BLE001 cryptography has many for such octets, and some come only when a field is asked for
        raise CertificateRefused("not_a_certificate") from None


def _detect_kind(der: bytes) -> str:
    """Returns the kind of bytes that aren't a certificate."""
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
        except TypeError:  # a password-protected private key
            return "private_key"
        except (ValueError, UnsupportedAlgorithm):
            continue
        return code
    return "not_a_certificate"


def _select_leaves(certificates: Sequence[_ParsedCertificate]) -> list[_ParsedCertificate]:
    """Returns the certificates that signed none of the others. Two that could have signed each other are renewals with
    one key, not a chain.
    """
    return [
        one
        for one in certificates
        if not any(
            _is_signed_by(one, other) and not _is_signed_by(other, one) for other in certificates if other is not one
        )
    ]


def _is_signed_by(issuer: _ParsedCertificate, certificate: _ParsedCertificate) -> bool:
    if issuer.names.subject != certificate.names.issuer:
        return False
    key, signature, octets = issuer.key, certificate.x509.signature, certificate.names.signed
    method, algorithm = certificate.x509.signature_algorithm_parameters, certificate.x509.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and isinstance(method, padding.PKCS1v15 | padding.PSS) and algorithm:
            key.verify(signature, octets, method, algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(method, ec.ECDSA):
            key.verify(signature, octets, method)
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, octets)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _certificate(loaded: _ParsedCertificate) -> Certificate:
    facts = CertificateFacts(
        sha256=hashlib.sha256(loaded.der).hexdigest(),
        subject=shown_name(loaded.names.subject),
        issuer=shown_name(loaded.names.issuer),
        not_before=loaded.x509.not_valid_before_utc,
        not_after=loaded.x509.not_valid_after_utc,
        key=described_key(loaded.key),
        sha1_signature=isinstance(loaded.x509.signature_hash_algorithm, _BROKEN_HASHES),
        key_sha256=hashlib.sha256(loaded.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest(),
    )
    return Certificate(facts, loaded.der)

"""Verifies a parsed Signature and returns the signed bytes, which alone are read afterwards.

Two engines must agree: OpenSSL (through cryptography) on SignedInfo and on the digest of the signed bytes, and
python3-saml with xmlsec1 on the whole. xmlsec1 runs last, because its cost grows with the square of its input: it only
processes content whose digest a trusted key has signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from chalicelib.i18n.message import message
from chalicelib.saml.canonical_xml import canonical, canonical_without, inclusive_canonical
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.check import CheckName
from chalicelib.saml.keys import public_key
from chalicelib.saml.refusal import RefusalCode
from chalicelib.saml.signature import Signature
from chalicelib.saml.validation_error import ValidationError, invalid_signature
from chalicelib.saml.xmlsec_engine import xmlsec_verifies

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


_HASHES: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


@dataclass(slots=True)
class VerifiedSignature:
    """A verified signature.

    Attributes:
        octets: the canonical form of the signed element without its Signature: the bytes that the digest covers.
    """

    octets: bytes
    certificate: Certificate
    signature: Signature


def verify_signature(signature: Signature, certificates: Sequence[Certificate]) -> VerifiedSignature:
    """Verifies a signature with the trusted certificates.

    Refusal codes: if no trusted key signed SignedInfo, saml_certificate_mismatch where KeyInfo has an untrusted
    certificate, otherwise saml_signature_invalid (the cause is unknown). If a trusted key signed it for other content,
    saml_signature_invalid.
    """
    certificate = _signer(signature, certificates)
    octets = _octets(signature)
    digest = _HASHES[signature.digest.name](octets, usedforsecurity=False).digest()
    if not hmac.compare_digest(digest, signature.digest_value):
        raise invalid_signature(message("check.signature.what_was_signed"), message("check.signature.altered"))
    if not xmlsec_verifies(signature.element, signature.owner, certificate.der):
        raise invalid_signature(message("check.signature.what_was_signed"), message("check.signature.xmlsec"))
    return VerifiedSignature(octets, certificate, signature)


def _signer(signature: Signature, certificates: Sequence[Certificate]) -> Certificate:
    info = signature.signed_info
    octets = inclusive_canonical(info) if signature.is_inclusive else canonical(info, signature.info_prefixes)
    for certificate in certificates:
        if _is_made_by(signature, octets, public_key(certificate.der)):
            return certificate
    trusted = ", ".join(certificate.facts.sha256 for certificate in certificates)
    expected = message("check.signature.signature_by", trusted=trusted)
    shown = signature.certificate
    if shown is None or any(certificate.der == shown for certificate in certificates):
        raise invalid_signature(expected, message("check.signature.altered_or_other"))
    raise ValidationError(
        RefusalCode.SAML_CERTIFICATE_MISMATCH,
        CheckName.SIGNATURE,
        expected=expected,
        received=message("check.signature.shows", sha256=hashlib.sha256(shown).hexdigest()),
    )


def _is_made_by(signature: Signature, octets: bytes, key: PublicKeyTypes) -> bool:
    algorithm, value = signature.algorithm, signature.value
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm.kind == "rsa":
            key.verify(value, octets, padding.PKCS1v15(), algorithm.digest)
        elif isinstance(key, rsa.RSAPublicKey) and algorithm.kind == "pss":
            pss = padding.PSS(padding.MGF1(algorithm.digest), padding.PSS.DIGEST_LENGTH)
            key.verify(value, octets, pss, algorithm.digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.kind == "ecdsa":
            key.verify(_ecdsa_value(value, key), octets, ec.ECDSA(algorithm.digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _ecdsa_value(value: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    """Encodes the two integers of an XML Signature ECDSA value as DER (xmldsig-core1 section 6.4.3)."""
    size = (key.key_size + 7) // 8
    if len(value) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(value[:size]), int.from_bytes(value[size:]))


def _octets(signature: Signature) -> bytes:
    """Returns the canonical form of the signed element without its Signature. The text after the Signature is kept
    (xmldsig-core1 section 6.6.4)."""
    return canonical_without(signature.owner, signature.element, signature.prefixes)

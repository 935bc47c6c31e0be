"""From a Signature of the allowed shape to the octets that were signed. Only those are read afterwards.

Two engines must agree: OpenSSL (through cryptography) on SignedInfo and on the digest of the octets that we read, and
python3-saml with xmlsec1 on the whole. xmlsec1 comes last because its cost grows with the square of what it is given:
it only sees content whose digest a trusted key has signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """What a signature proved.

    Attributes:
        octets: the canonical form of the signed element without its Signature: the very octets of the digest.
    """

    octets: bytes
    certificate: Certificate
    signature: Signature


def verify_signature(signature: Signature, certificates: Sequence[Certificate]) -> VerifiedSignature:
    """Verify.

    The order of codes: SignedInfo that no trusted key made is saml_certificate_mismatch where KeyInfo shows another
    certificate than ours, else saml_signature_invalid (nobody can tell); SignedInfo that a trusted key made over other
    content is saml_signature_invalid.
    """
    certificate = _signer(signature, certificates)
    octets = _octets(signature)
    digest = hashlib.new(signature.digest.name, octets, usedforsecurity=False).digest()
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
    """DER of the two numbers that XML Signature writes side by side (xmldsig-core1 section 6.4.3)."""
    half = (key.key_size + 7) // 8
    if len(value) != 2 * half:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))


def _octets(signature: Signature) -> bytes:
    """The canonical form of the signed element without its Signature; the text behind that stays where it is
    (xmldsig-core1 section 6.6.4)."""
    return canonical_without(signature.owner, signature.element, signature.prefixes)

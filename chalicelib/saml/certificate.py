"""Properties of an identity provider's signing certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

SOON: Final = timedelta(days=60)
URGENT: Final = timedelta(days=14)


class ExpiryStatus(StrEnum):
    """The remaining validity, in steps that pages and notices distinguish."""

    OK = "ok"
    SOON = "soon"
    URGENT = "urgent"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The displayed properties of a certificate, stored in the connection's item. The certificate itself is in the
    secret.

    Attributes:
        sha256: fingerprint of the DER encoding, hex, lowercase, no colons.
        subject, issuer: RFC 4514 strings, cut to 1,000 characters.
        key: type and size, for example `RSA 2048` or `EC secp256r1`.
        key_sha256: SHA-256 of the SubjectPublicKeyInfo, hex; empty in items stored before it was recorded. Not part of
            equality, which is by certificate.
        sha1_signature: whether the certificate's own signature uses SHA-1 or MD5. That signature is never verified.
    """

    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    sha1_signature: bool = False
    key_sha256: str = field(default="", compare=False)

    def has_expired(self, now: datetime) -> bool:
        """Returns True after the end of validity. An expired certificate's key still verifies: SAML allows it
        (IIP-MD12), and identity providers go on using such keys."""
        return now >= self.not_after

    def age(self, now: datetime) -> ExpiryStatus:
        """Returns the expiry status: more than 60 days left, more than 14, fewer, or expired."""
        if self.has_expired(now):
            return ExpiryStatus.EXPIRED
        left = self.not_after - now
        if left <= URGENT:
            return ExpiryStatus.URGENT
        return ExpiryStatus.SOON if left <= SOON else ExpiryStatus.OK


@dataclass(frozen=True, slots=True)
class Certificate:
    """A trusted signing certificate: its properties and its DER encoding."""

    facts: CertificateFacts
    der: bytes = field(repr=False)

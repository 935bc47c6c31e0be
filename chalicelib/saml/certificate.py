"""Facts of an identity provider's signing certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

SOON: Final = timedelta(days=60)
URGENT: Final = timedelta(days=14)


class ExpiryStatus(StrEnum):
    """How much time is left."""

    OK = "ok"
    SOON = "soon"
    URGENT = "urgent"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is shown of a certificate and kept in the connection's item; the certificate itself lies in the secret.

    Attributes:
        sha256: fingerprint of the DER encoding, hex, lower case, no colons.
        subject, issuer: RFC 4514 strings, cut to 1,000 characters.
        key: kind and size, for example `RSA 2048` or `EC secp256r1`.
        sha1_signature: whether the certificate's own signature uses SHA-1 or MD5. Nothing is verified with it.
    """

    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    sha1_signature: bool = False

    def has_expired(self, now: datetime) -> bool:
        """Whether it is past its date. Identity providers go on using such keys; SAML does not forbid it (IIP-MD12)."""
        return now >= self.not_after

    def age(self, now: datetime) -> ExpiryStatus:
        """How much time is left: over 60 days, over 14, less, none."""
        if self.has_expired(now):
            return ExpiryStatus.EXPIRED
        left = self.not_after - now
        if left <= URGENT:
            return ExpiryStatus.URGENT
        return ExpiryStatus.SOON if left <= SOON else ExpiryStatus.OK


@dataclass(frozen=True, slots=True)
class Certificate:
    """A trusted signing certificate: its facts and its DER encoding."""

    facts: CertificateFacts
    der: bytes = field(repr=False)

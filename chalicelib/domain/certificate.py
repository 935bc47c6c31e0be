"""Facts of an identity provider's signing certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is shown of a certificate and kept in the connection's item; the certificate itself lies in the secret.

    Attributes:
        sha256: fingerprint of the DER encoding, hex, lower case, no colons.
        subject, issuer: RFC 4514 strings.
        key: kind and size, for example `RSA 2048` or `EC secp256r1`.
    """

    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str

    def has_expired(self, now: datetime) -> bool:
        """Whether it is past its date. Identity providers go on using such keys; SAML does not forbid it (IIP-MD12)."""
        return now >= self.not_after


@dataclass(frozen=True, slots=True)
class Certificate:
    """A trusted signing certificate: its facts and its DER encoding."""

    facts: CertificateFacts
    der: bytes = field(repr=False)

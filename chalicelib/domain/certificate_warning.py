"""What an admin should know of the dates of a certificate that is taken all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.certificate import SOON, CertificateFacts


@dataclass(frozen=True, slots=True)
class CertificateWarning:
    """What is odd about a certificate that is taken all the same.

    Attributes:
        sha256: the certificate's fingerprint.
        code: expired, not_yet_valid or expires_soon.
    """

    sha256: str
    code: str
    detail: str


def warnings_for(facts: CertificateFacts, now: datetime) -> tuple[CertificateWarning, ...]:
    """What the admin should know of a certificate's dates."""
    end = f"{facts.not_after:%Y-%m-%d}"
    if facts.has_expired(now):
        text = f"The certificate expired on {end}. Sign-in goes on working while the identity provider uses it."
        return (CertificateWarning(facts.sha256, "expired", text),)
    if now < facts.not_before:
        text = f"The certificate is valid from {facts.not_before:%Y-%m-%d} only."
        return (CertificateWarning(facts.sha256, "not_yet_valid", text),)
    if facts.not_after - now <= SOON:
        text = f"The certificate expires on {end}. Add the next one beside it before the identity provider changes."
        return (CertificateWarning(facts.sha256, "expires_soon", text),)
    return ()

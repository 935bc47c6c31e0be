"""A certificate as /v1 answers with it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from chalicelib.http.schemas import ResponseModel
from chalicelib.saml.certificate import CertificateFacts


class CertificateAnswer(ResponseModel):
    """A trusted signing certificate."""

    sha256: str = Field(description="Fingerprint of the DER encoding, hex.")
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str

    @classmethod
    def of(cls, facts: CertificateFacts) -> CertificateAnswer:
        """Converts a certificate's facts."""
        return cls(
            sha256=facts.sha256,
            subject=facts.subject,
            issuer=facts.issuer,
            not_before=facts.not_before,
            not_after=facts.not_after,
            key=facts.key,
        )

"""Trusted signing certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from chalicelib.domain.certificate import CertificateFacts
from chalicelib.routes.models.body import Answer

Url = Annotated[str, Field(min_length=1, max_length=2048)]
_TEXTS_MOST: Final = 20  # more certificates than a connection takes get an answer that says so

Certificates = Annotated[list[Annotated[str, Field(max_length=100_000)]], Field(min_length=1, max_length=_TEXTS_MOST)]


class CertificateAnswer(Answer):
    """A trusted signing certificate."""

    sha256: str = Field(description="Fingerprint of the DER encoding, hex.")
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str

    @classmethod
    def of(cls, facts: CertificateFacts) -> CertificateAnswer:
        """How a certificate is shown."""
        return cls(
            sha256=facts.sha256,
            subject=facts.subject,
            issuer=facts.issuer,
            not_before=facts.not_before,
            not_after=facts.not_after,
            key=facts.key,
        )

"""Request and response models of trusted signing certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.connections.model import MAX_CERTIFICATES
from chalicelib.http.schemas import ResponseModel
from chalicelib.saml.certificate import CertificateFacts

Url = Annotated[str, Field(min_length=1, max_length=2048)]


def _require_few_items(texts: object) -> object:
    """Limits the number of items before any item is validated."""
    if isinstance(texts, list) and len(texts) > MAX_CERTIFICATES:
        raise PydanticCustomError(
            "too_many_certificates",
            "A connection trusts {most} certificates at most; these are {given}",
            {"most": MAX_CERTIFICATES, "given": len(texts)},
        )
    return texts


Certificates = Annotated[
    list[Annotated[str, Field(max_length=100_000)]],
    Field(min_length=1, max_length=MAX_CERTIFICATES, fail_fast=True),
    BeforeValidator(_require_few_items),
]


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

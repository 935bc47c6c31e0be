"""Request and response models of imports and metadata checks."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from chalicelib.connections.model import Provider
from chalicelib.http.certificate_schemas import CertificateAnswer
from chalicelib.http.requests import MAX_LARGE_BODY_BYTES
from chalicelib.http.schemas import RequestModel, ResponseModel, WarningAnswer
from chalicelib.i18n.catalog import in_english
from chalicelib.idp_metadata.model import MetadataCheck
from chalicelib.idp_metadata.service import ImportKind, ImportResult
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.request_binding import RequestBinding

Sha256 = Annotated[str, Field(max_length=64, pattern="^[0-9a-f]{64}$")]


class ImportBody(RequestModel):
    """Anything that describes an identity provider."""

    max_bytes: ClassVar[int] = MAX_LARGE_BODY_BYTES

    text: Annotated[str, Field(max_length=1_048_576)] = Field(
        description="A metadata address, metadata, a certificate as PEM, chain or base64, or an address alone."
    )
    entity_id: Annotated[str, Field(min_length=1, max_length=1024)] | None = Field(
        default=None, description="The chosen one, where the metadata describes several identity providers."
    )


class ImportedCertificateAnswer(CertificateAnswer):
    """A signing certificate in the input."""

    text: str = Field(description="Base64, as `x509_certificates` takes it.")

    @classmethod
    def from_domain(cls, certificate: Certificate) -> ImportedCertificateAnswer:
        """Converts a certificate."""
        facts = CertificateAnswer.of(certificate.facts).model_dump()
        return cls(**facts, text=base64.b64encode(certificate.der).decode())


class EntityAnswer(ResponseModel):
    """One of several identity providers."""

    entity_id: str
    name: str | None


class ImportAnswer(ResponseModel):
    """The parsed input; nothing is saved."""

    object: Literal["import"] = "import"
    kind: ImportKind
    identity_provider_url: str | None
    identity_provider_issuer: str | None
    x509_certificates: list[ImportedCertificateAnswer]
    entities: list[EntityAnswer] | None = Field(description="Choose one, and send it as `entity_id`.")
    metadata_url: str | None
    provider: Provider | None
    name: str | None = Field(description="What the identity provider calls itself.")
    error_url: str | None
    sign_requests: bool | None = Field(description="Whether the identity provider wants signed requests.")
    request_binding: RequestBinding | None = Field(description="How it takes requests at that URL.")
    valid_until: datetime | None
    warnings: list[WarningAnswer]

    @classmethod
    def of(cls, found: ImportResult) -> ImportAnswer:
        """Converts an import result."""
        entities = [EntityAnswer(entity_id=e.entity_id, name=e.name) for e in found.entities or ()]
        return cls(
            kind=found.kind,
            identity_provider_url=found.url,
            identity_provider_issuer=found.issuer,
            x509_certificates=[ImportedCertificateAnswer.from_domain(c) for c in found.certificates],
            entities=entities or None,
            metadata_url=found.metadata_url,
            provider=found.provider,
            name=found.name,
            error_url=found.error_url,
            sign_requests=found.sign_requests,
            request_binding=found.request_binding,
            valid_until=found.valid_until,
            warnings=[WarningAnswer.of(r.pointer, r.code, r.message) for r in found.remarks],
        )


class Approval(RequestModel):
    """The certificates to trust, of those found in the metadata."""

    sha256: Annotated[list[Sha256], Field(min_length=1, max_length=4, fail_fast=True)]


class RefreshAnswer(ResponseModel):
    """The result of the last metadata check."""

    at: datetime
    code: str | None = Field(description="Why it failed; null when it didn't.")
    detail: str | None
    succeeded_at: datetime | None = Field(description="The last one that didn't fail.")
    missing_certificates: list[str] = Field(
        description="Fingerprints of trusted certificates that the metadata no longer has."
    )
    identity_provider_url: str | None = Field(description="What the metadata says, where it is another address.")

    @classmethod
    def of(cls, check: MetadataCheck) -> RefreshAnswer:
        """Converts a metadata check."""
        return cls(
            at=check.at,
            code=check.code,
            detail=in_english(check.message) if check.message else None,
            succeeded_at=check.succeeded_at,
            missing_certificates=list(check.missing),
            identity_provider_url=check.sso_url,
        )

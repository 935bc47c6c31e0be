"""Request and response models of pending values."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from chalicelib.connections.certificate_schemas import Certificates, Url
from chalicelib.connections.model import Connection
from chalicelib.http.certificate_schemas import CertificateAnswer
from chalicelib.http.requests import MAX_LARGE_BODY_BYTES
from chalicelib.http.schemas import RequestModel, ResponseModel
from chalicelib.saml.request_binding import RequestBinding


class PendingPut(RequestModel):
    """New values; absent ones are copied from the pending values, else from the current ones."""

    max_bytes: ClassVar[int] = MAX_LARGE_BODY_BYTES

    identity_provider_url: Url = Field(default_factory=str)
    identity_provider_issuer: Annotated[str, Field(min_length=1, max_length=1024)] = Field(default_factory=str)
    x509_certificates: Certificates = Field(default_factory=list)
    metadata_url: Url = Field(default_factory=str, description="Fetched, fills the other three, and is kept.")
    metadata_xml: Annotated[str, Field(min_length=1, max_length=1_048_576)] = Field(default_factory=str)
    sign_requests: bool = Field(default_factory=bool)
    request_binding: RequestBinding | None = Field(default=None, description="null leaves it to the metadata.")


class PendingAnswer(ResponseModel):
    """The pending values, and whether the last test proved exactly these."""

    identity_provider_url: str | None
    identity_provider_issuer: str | None
    x509_certificates: list[CertificateAnswer]
    metadata_url: str | None = Field(description="Read once a day for new keys, once the values are in force.")
    metadata_url_by_guest: bool = Field(description="Whether the guest of a setup link gave the metadata address.")
    sign_requests: bool
    request_binding: RequestBinding | None
    metadata_binding: RequestBinding | None = Field(description="The binding that the metadata of the URL implies.")
    is_proven: bool

    @classmethod
    def of(cls, connection: Connection) -> PendingAnswer | None:
        """Converts a connection's pending values."""
        if (values := connection.pending) is None:
            return None
        return cls(
            identity_provider_url=values.url,
            identity_provider_issuer=values.issuer,
            x509_certificates=[CertificateAnswer.of(c) for c in values.certificates],
            metadata_url=values.metadata_url,
            metadata_url_by_guest=values.metadata_url_by_guest,
            sign_requests=values.sign_requests,
            request_binding=values.request_binding,
            metadata_binding=values.metadata_binding,
            is_proven=connection.has_passed_test(of_pending=True),
        )

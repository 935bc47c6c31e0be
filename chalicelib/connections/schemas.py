"""Request and response models of connections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from chalicelib.connections.certificate_schemas import Certificates, Url
from chalicelib.connections.certificate_warning import warnings_for
from chalicelib.connections.metadata_schemas import RefreshAnswer
from chalicelib.connections.model import MAX_CLOCK_SKEW_SECONDS, Connection, ConnectionStatus, Provider
from chalicelib.connections.pending_schemas import PendingAnswer
from chalicelib.connections.testing_schemas import LastTestAnswer
from chalicelib.http.certificate_schemas import CertificateAnswer
from chalicelib.http.requests import MAX_LARGE_BODY_BYTES
from chalicelib.http.schemas import Email, RequestModel, ResponseModel, Text, WarningAnswer, pointer
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.model import MetadataCheck
from chalicelib.idp_metadata.provider_address import AddressRole, role_of
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.saml.service_provider import service_provider
from chalicelib.users.model import Role

AttributeName = Annotated[str, Field(min_length=1, max_length=256)]
AttributeNames = Annotated[list[AttributeName], Field(max_length=20, fail_fast=True)]


class ConnectionCreate(RequestModel):
    """A new connection; the identity provider's values follow with PATCH."""

    name: Text | None = None
    provider: Provider = Provider.OTHER


class AttributeMappingChange(RequestModel):
    """Candidate attribute names, tried in order; absent fields stay as they are. `NameID` stands for the subject's
    NameID.
    """

    email: Annotated[AttributeNames, Field(min_length=1)] = Field(default_factory=list)
    first_name: AttributeNames = Field(default_factory=list)
    last_name: AttributeNames = Field(default_factory=list)
    groups: AttributeNames = Field(default_factory=list)


class ConnectionChange(RequestModel):
    """Changes of a connection; absent fields stay as they are, null clears a field."""

    max_bytes: ClassVar[int] = MAX_LARGE_BODY_BYTES

    name: Text | None = None
    provider: Provider = Field(default_factory=lambda: Provider.OTHER)
    identity_provider_url: Url | None = None
    identity_provider_issuer: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    x509_certificates: Certificates | None = Field(
        default=None, description="All trusted signing certificates: each PEM, a chain, or bare base64."
    )
    metadata_url: Url | None = Field(
        default=None, description="Fetched, fills URL, issuer and certificates, and read daily for new keys."
    )
    metadata_xml: Annotated[str, Field(min_length=1, max_length=1_048_576)] = Field(
        default_factory=str, description="Fills URL, issuer and certificates."
    )
    name_id_format: Annotated[str, Field(max_length=256)] | None = None
    allow_idp_initiated: bool = Field(default_factory=bool)
    clock_skew_seconds: Annotated[int, Field(ge=0, le=MAX_CLOCK_SKEW_SECONDS)] = Field(default_factory=int)
    attribute_mapping: AttributeMappingChange = Field(default_factory=AttributeMappingChange)
    jit_provisioning: bool = Field(default_factory=bool)
    default_role: Role = Field(default_factory=lambda: Role.MEMBER)
    allow_guest_emails: Annotated[list[Email], Field(max_length=50, fail_fast=True)] = Field(default_factory=list)
    force_authn: bool = Field(default_factory=bool)
    sign_requests: bool = Field(default_factory=bool)
    request_binding: RequestBinding | None = Field(
        default=None, description="How AuthnRequests are sent; null leaves it to the metadata, else HTTP-Redirect."
    )
    require_signed_response: bool = Field(default_factory=bool)
    require_signed_assertion: bool = Field(default_factory=bool)
    allow_missing_destination: bool = Field(default_factory=bool)
    sha1_exception_until: date | None = None
    metadata_signing_certificate: Annotated[str, Field(min_length=1, max_length=100_000)] | None = Field(
        default=None, description="New keys in metadata that this certificate's key signed are trusted without asking."
    )


class AttributeMappingAnswer(ResponseModel):
    """Candidate attribute names, tried in order."""

    email: list[str]
    first_name: list[str]
    last_name: list[str]
    groups: list[str]


class ConnectionAnswer(ResponseModel):
    """An SSO configuration."""

    id: str
    object: Literal["connection"] = "connection"
    organization_id: str
    name: str | None
    provider: Provider
    single_sign_on_url: str = Field(description="The ACS URL, for the identity provider.")
    sp_entity_id: str
    sp_metadata_url: str
    login_url: str
    status: ConnectionStatus
    last_test: LastTestAnswer | None
    pending: PendingAnswer | None = Field(description="Values that wait beside those in force.")
    can_roll_back: bool = Field(description="Whether the values before the last swap are still kept.")
    last_sign_in_at: datetime | None
    identity_provider_url: str | None
    identity_provider_issuer: str | None
    x509_certificates: list[CertificateAnswer]
    metadata_url: str | None
    metadata_signing_certificate: CertificateAnswer | None
    last_refresh: RefreshAnswer | None = Field(description="How the daily look at `metadata_url` ended last.")
    found_certificates: list[CertificateAnswer] = Field(
        description="New in the metadata and not trusted yet; an admin approves them."
    )
    name_id_format: str | None
    allow_idp_initiated: bool
    clock_skew_seconds: int
    attribute_mapping: AttributeMappingAnswer
    jit_provisioning: bool
    default_role: Role
    allow_guest_emails: list[str]
    force_authn: bool
    sign_requests: bool
    request_binding: RequestBinding | None
    effective_request_binding: RequestBinding = Field(description="What `request_binding` or the metadata comes to.")
    require_signed_response: bool
    require_signed_assertion: bool
    allow_missing_destination: bool
    sha1_exception_until: date | None
    warnings: list[WarningAnswer]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(
        cls, connection: Connection, base_url: str, now: datetime, check: MetadataCheck | None = None
    ) -> ConnectionAnswer:
        """Converts a connection. `check`: the last check of its metadata."""
        sp = service_provider(base_url, connection.id)
        mapping, pinned = connection.attribute_mapping, connection.metadata_signing_certificate
        same = {name: getattr(connection, name) for name in _SAME}
        return cls(
            **same,
            single_sign_on_url=sp.acs_url,
            sp_entity_id=sp.entity_id,
            sp_metadata_url=sp.metadata_url,
            login_url=sp.login_url,
            effective_request_binding=connection.binding,
            x509_certificates=[CertificateAnswer.of(c) for c in connection.certificates],
            attribute_mapping=AttributeMappingAnswer(
                email=list(mapping.email),
                first_name=list(mapping.first_name),
                last_name=list(mapping.last_name),
                groups=list(mapping.groups),
            ),
            allow_guest_emails=list(connection.allow_guest_emails),
            last_test=LastTestAnswer.of(connection.last_test) if connection.last_test else None,
            pending=PendingAnswer.of(connection),
            can_roll_back=connection.can_roll_back(now),
            metadata_signing_certificate=CertificateAnswer.of(pinned) if pinned else None,
            last_refresh=RefreshAnswer.of(check) if check else None,
            found_certificates=[CertificateAnswer.of(c.facts) for c in (check.new_to(connection) if check else ())],
            warnings=_warnings(connection, now),
        )


_SAME = tuple(
    name
    for name in ConnectionAnswer.model_fields
    if name in {*Connection.__dataclass_fields__, "status"}
    and name not in {"attribute_mapping", "allow_guest_emails", "last_test", "pending", "metadata_signing_certificate"}
)


def metadata_address_warning(*, was_read: bool) -> WarningAnswer:
    """Warns that the SSO URL is, or was, a metadata URL."""
    detail = message("fault.remark.metadata_address_read" if was_read else "fault.remark.metadata_address")
    return WarningAnswer.of("/identity_provider_url", "metadata_address", detail)


def _warnings(connection: Connection, now: datetime) -> list[WarningAnswer]:
    misplaced = role_of(connection.identity_provider_url or "") is AddressRole.METADATA
    return ([metadata_address_warning(was_read=False)] if misplaced else []) + [
        WarningAnswer.of(pointer(("x509_certificates", number)), warning.code, warning.message)
        for number, facts in enumerate(connection.certificates)
        for warning in warnings_for(facts, now)
    ]

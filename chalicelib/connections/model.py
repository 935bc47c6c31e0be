"""A connection: one organization and one identity provider."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.saml.certificate import CertificateFacts
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.users.model import Role

CLOCK_SKEW_SECONDS: Final = 180
MAX_CLOCK_SKEW_SECONDS: Final = 300
MAX_CERTIFICATES: Final = 4
ROLLBACK_RETENTION: Final = timedelta(days=30)


class ConnectionStatus(StrEnum):
    """The setup stage of a connection."""

    DRAFT = "draft"
    READY = "ready"
    ACTIVE = "active"
    DISABLED = "disabled"


class Provider(StrEnum):
    """Identity providers with vendor-specific guides and refusal texts."""

    OKTA = "okta"
    ONELOGIN = "onelogin"
    ENTRA = "entra"
    GOOGLE = "google"
    ADFS = "adfs"
    JUMPCLOUD = "jumpcloud"
    PING = "ping"
    AUTH0 = "auth0"
    KEYCLOAK = "keycloak"
    SHIBBOLETH = "shibboleth"
    SIMPLESAMLPHP = "simplesamlphp"
    OTHER = "other"


MAPPED_FIELDS: Final = ("email", "first_name", "last_name", "groups")


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """Candidate attribute names per field, in order of preference; the first one present is used.

    The word `NameID` isn't an attribute name; it stands for the subject's NameID.
    """

    email: tuple[str, ...] = (
        "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "http://schemas.xmlsoap.org/claims/EmailAddress",
        "mail",
        "email",
        "Email",
        "emailAddress",
        "User.email",
    )
    first_name: tuple[str, ...] = (
        "urn:oid:2.5.4.42",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
        "givenName",
        "firstName",
        "first_name",
        "User.FirstName",
    )
    last_name: tuple[str, ...] = (
        "urn:oid:2.5.4.4",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
        "sn",
        "lastName",
        "last_name",
        "User.LastName",
    )
    groups: tuple[str, ...] = (
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
        "http://schemas.xmlsoap.org/claims/Group",
        "groups",
        "memberOf",
        "isMemberOf",
    )


@dataclass(frozen=True, slots=True)
class IdentityProviderValues:
    """The values from the identity provider's side, which are tested and swapped as a unit.

    Attributes:
        url, issuer, certificates, secret_version, metadata_url: see `Connection`.
        sign_requests: sign requests; some identity providers refuse unsigned ones, some signed ones.
        metadata_url_by_guest: the guest of a setup link entered the metadata URL, so an admin must review it.
        request_binding: binding of requests chosen by the admin; None for the one in the metadata.
        metadata_binding: binding in the metadata that gave the URL; None if the URL was typed.
    """

    url: str | None = None
    issuer: str | None = None
    certificates: tuple[CertificateFacts, ...] = ()
    secret_version: str | None = None
    metadata_url: str | None = None
    sign_requests: bool = False
    metadata_url_by_guest: bool = False
    request_binding: RequestBinding | None = None
    metadata_binding: RequestBinding | None = None

    @property
    def are_complete(self) -> bool:
        """True if URL, issuer and certificates are set."""
        return bool(self.url and self.issuer and self.certificates)


@dataclass(frozen=True, slots=True)
class LastTest:
    """The result of the last test sign-in.

    Attributes:
        code: the refusal code; None if it passed.
        version: the connection's version when the test started; the result applies only to these values.
        of_pending: the pending values were tested.
    """

    attempt_id: str
    created_at: datetime
    code: str | None
    version: int
    of_pending: bool = False

    @property
    def has_passed(self) -> bool:
        """True if a real sign-in would have succeeded."""
        return self.code is None


@dataclass(frozen=True, slots=True)
class Connection:
    """An SSO configuration.

    Attributes:
        identity_provider_url: destination of AuthnRequests (the standard's SingleSignOnService).
        request_binding, metadata_binding: see `IdentityProviderValues`.
        identity_provider_issuer: the identity provider's entity ID, compared byte for byte.
        certificates: facts of the trusted signing certificates; the certificates themselves are in the secret.
        secret_version: the version of the connection's secret that holds them, in items from before certificates were
            found by fingerprint; None since.
        metadata_url: read once a day for new keys.
        metadata_signing_certificate: pinned key that signs the metadata; keys in it are trusted without approval.
        version: incremented by every change of an admin. A sign-in proves only the version that it started with.
        proven: a sign-in or test succeeded with the current values.
        was_active: it was proven before a change; pages then warn that passwords work again.
        removed_certificates: fingerprints that no schedule may trust again; see `removed_certificates`.
        pending: values under test, which replace the current ones once they are proven.
        signed_out_at: sessions of this connection that started before this time have ended.
        in_plan: the organization's plan includes single sign-on. Lets the start of a sign-in skip reading the
            organization; the assertion consumer service reads it.
        previous, swapped_at: the values before the last swap, and when they were replaced.
    """

    id: str
    organization_id: str
    created_at: datetime
    updated_at: datetime
    name: str | None = None
    provider: Provider = Provider.OTHER
    identity_provider_url: str | None = None
    identity_provider_issuer: str | None = None
    certificates: tuple[CertificateFacts, ...] = ()
    secret_version: str | None = None
    metadata_url: str | None = None
    metadata_signing_certificate: CertificateFacts | None = None
    name_id_format: str | None = None
    allow_idp_initiated: bool = False
    clock_skew_seconds: int = CLOCK_SKEW_SECONDS
    attribute_mapping: AttributeMapping = AttributeMapping()
    jit_provisioning: bool = True
    default_role: Role = Role.MEMBER
    allow_guest_emails: tuple[str, ...] = ()
    force_authn: bool = False
    sign_requests: bool = False
    request_binding: RequestBinding | None = None
    metadata_binding: RequestBinding | None = None
    require_signed_response: bool = False
    require_signed_assertion: bool = False
    allow_missing_destination: bool = False
    sha1_exception_until: date | None = None
    disabled: bool = False
    signed_out_at: datetime | None = None
    in_plan: bool = True
    proven: bool = False
    was_active: bool = False
    last_sign_in_at: datetime | None = None
    pending: IdentityProviderValues | None = None
    previous: IdentityProviderValues | None = None
    swapped_at: datetime | None = None
    last_test: LastTest | None = None
    removed_certificates: tuple[str, ...] = ()
    version: int = 1

    @property
    def values(self) -> IdentityProviderValues:
        """The identity provider's current values."""
        return IdentityProviderValues(
            self.identity_provider_url,
            self.identity_provider_issuer,
            self.certificates,
            self.secret_version,
            self.metadata_url,
            self.sign_requests,
            request_binding=self.request_binding,
            metadata_binding=self.metadata_binding,
        )

    def with_values(self, values: IdentityProviderValues) -> Connection:
        """Returns a copy with these as the current values."""
        return replace(
            self,
            identity_provider_url=values.url,
            identity_provider_issuer=values.issuer,
            certificates=values.certificates,
            secret_version=values.secret_version,
            metadata_url=values.metadata_url,
            sign_requests=values.sign_requests,
            request_binding=values.request_binding,
            metadata_binding=values.metadata_binding,
        )

    @property
    def binding(self) -> RequestBinding:
        """The binding of AuthnRequests: the admin's choice, else the metadata's, else HTTP-Redirect."""
        return self.request_binding or self.metadata_binding or RequestBinding.REDIRECT

    @property
    def all_values(self) -> tuple[IdentityProviderValues, ...]:
        """The identity provider's current, pending and previous values."""
        return tuple(v for v in (self.values, self.pending, self.previous) if v is not None)

    def without_versions(self, kept: Collection[str]) -> Connection:
        """Returns a copy that finds its certificates by fingerprint, if the secret has all of them by fingerprint.

        Args:
            kept: fingerprints in the secret.
        """

        def found(values: IdentityProviderValues) -> IdentityProviderValues:
            is_kept = all(facts.sha256 in kept for facts in values.certificates)
            return replace(values, secret_version=None) if is_kept else values

        return replace(
            self.with_values(found(self.values)),
            pending=found(self.pending) if self.pending else None,
            previous=found(self.previous) if self.previous else None,
        )

    def has_passed_test(self, *, of_pending: bool) -> bool:
        """True if the last test passed with exactly the stored values."""
        test = self.last_test
        return test is not None and test.has_passed and test.of_pending is of_pending and test.version == self.version

    def can_roll_back(self, now: datetime) -> bool:
        """True if the values before the last swap are still retained."""
        return self.previous is not None and self.swapped_at is not None and now - self.swapped_at < ROLLBACK_RETENTION

    @property
    def is_complete(self) -> bool:
        """True if the identity provider's three values are set."""
        return bool(self.identity_provider_url and self.identity_provider_issuer and self.certificates)

    @property
    def status(self) -> ConnectionStatus:
        """The status as defined by the contract."""
        if self.disabled:
            return ConnectionStatus.DISABLED
        if not self.is_complete:
            return ConnectionStatus.DRAFT
        return ConnectionStatus.ACTIVE if self.proven else ConnectionStatus.READY

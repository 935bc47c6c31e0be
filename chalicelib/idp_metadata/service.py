"""Parses any description of an identity provider, pasted or uploaded. Reports what it recognized and saves nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.connections.addresses import url_errors
from chalicelib.connections.certificate_text import CertificateRefused
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Provider
from chalicelib.errors import invalid_field
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.address import FetchFailed
from chalicelib.idp_metadata.detect import InputKind, detect
from chalicelib.idp_metadata.input import fetch_metadata
from chalicelib.idp_metadata.metered_fetch import Fetch
from chalicelib.idp_metadata.provider_address import AddressRole, provider_of, role_of
from chalicelib.idp_metadata.values import (
    MetadataValues,
    MetadataWarning,
    date_remarks,
    metadata_values,
    tenant_remarks,
)
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.saml.idp_metadata import IdentityProviderChoice


class ImportKind(StrEnum):
    """The kind of input that was recognized."""

    METADATA_URL = "metadata_url"
    METADATA = "metadata"
    CERTIFICATES = "certificates"
    SSO_URL = "sso_url"
    ENTITY_ID = "entity_id"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The parsed input. Nothing is saved.

    Attributes:
        url, issuer, certificates: the connection's three values, as far as the input has them.
        entities: the identity providers in the metadata, if there are several; one must be chosen first.
        metadata_url: where the metadata was fetched.
        provider: the vendor, if the URLs reveal it.
        name: the identity provider's own display name.
        request_binding: the binding of requests to that URL.
        remarks: warnings for the admin.
    """

    kind: ImportKind
    url: str | None = None
    issuer: str | None = None
    certificates: tuple[Certificate, ...] = ()
    entities: tuple[IdentityProviderChoice, ...] | None = None
    metadata_url: str | None = None
    provider: Provider | None = None
    name: str | None = None
    error_url: str | None = None
    sign_requests: bool | None = None
    request_binding: RequestBinding | None = None
    valid_until: datetime | None = None
    remarks: tuple[MetadataWarning, ...] = field(default=())

    @property
    def changes(self) -> ConnectionChanges:
        """The changes that saving it makes."""
        changes = ConnectionChanges()
        if self.url is not None:
            changes["identity_provider_url"] = self.url
        if self.request_binding is not None:
            changes["metadata_binding"] = self.request_binding
        if self.issuer is not None:
            changes["identity_provider_issuer"] = self.issuer
        if self.certificates:
            changes["x509_certificates"] = [base64.b64encode(c.der).decode() for c in self.certificates]
        if self.metadata_url is not None and self.entities is None:
            changes["metadata_url"] = self.metadata_url
        if self.provider is not None:
            changes["provider"] = self.provider
        if self.sign_requests:
            changes["sign_requests"] = True
        return changes


@dataclass(frozen=True, slots=True)
class Imports:
    """Parses pasted or uploaded input."""

    fetch: Fetch
    settings: Settings

    def parse(self, given: str | bytes, entity_id: str | None, now: datetime) -> ImportResult:
        """Parses the input: metadata by URL, text or file; certificates in any encoding; or an SSO URL.

        Args:
            given: a text, or the bytes of a file.
            entity_id: the chosen one of several identity providers.

        Raises:
            Invalid: pointer `/text`, with a specific code and text for each problem. Never quotes the input.
        """
        try:
            form, content = detect(given)
            if form is InputKind.CERTIFICATE or isinstance(content, bytes):
                return _certificates(content, now)
            if form is InputKind.XML:
                return self._metadata(content, entity_id, now)
            return self._name(content) if form is InputKind.NAME else self._address(content, entity_id, now)
        except (ImportRefused, FetchFailed, CertificateRefused) as error:
            code, said = error.code, error.message
        raise invalid_field("/text", code, said)

    def _metadata(self, text: str, entity_id: str | None, now: datetime, url: str | None = None) -> ImportResult:
        kind = ImportKind.METADATA if url is None else ImportKind.METADATA_URL
        choices = self._choices(text)
        if len(choices) > 1 and entity_id is None:
            return ImportResult(kind, entities=choices, metadata_url=url)
        values = metadata_values(text, self.settings, now, entity_id)
        found = values.found
        return ImportResult(
            kind,
            url=found.sso_url,
            issuer=found.entity_id,
            certificates=values.certificates,
            metadata_url=url,
            provider=provider_of(found.entity_id, found.sso_url, url),
            name=found.name,
            error_url=found.error_url,
            sign_requests=found.wants_signed_requests,
            request_binding=found.binding,
            valid_until=found.valid_until,
            remarks=(*_tenant_warnings(values, url), *values.remarks),
        )

    def _choices(self, text: str) -> tuple[IdentityProviderChoice, ...]:
        from chalicelib.saml.idp_metadata import identity_providers_in

        try:
            return identity_providers_in(text)
        except ImportRefused as error:
            if error.code == "service_provider_metadata" and f'entityID="{self.settings.base_url}/saml/' in text:
                raise ImportRefused("own_metadata") from None
            raise

    def _address(self, address: str, entity_id: str | None, now: datetime) -> ImportResult:
        self._require_foreign(address)
        role = role_of(address)
        if role is AddressRole.CONSOLE:
            raise ImportRefused("console_page")
        if role is AddressRole.OPENID:
            raise ImportRefused("oidc_configuration")
        if role is AddressRole.ISSUER:
            return self._name(address)
        if role is AddressRole.SSO:
            return self._sso_url(address)
        try:
            return self._metadata(fetch_metadata(self.fetch, address), entity_id, now, address)
        except FetchFailed as error:
            if error.code == "not_https":
                raise ImportRefused("http_address") from None
            raise

    def _sso_url(self, address: str) -> ImportResult:
        for error in url_errors(address, self.settings):
            raise ImportRefused(error.code, error.detail)
        remark = MetadataWarning("/identity_provider_url", "sso_url_alone", message("fault.remark.sso_url_alone"))
        return ImportResult(ImportKind.SSO_URL, url=address, provider=provider_of(address), remarks=(remark,))

    def _name(self, name: str) -> ImportResult:
        remark = MetadataWarning(
            "/identity_provider_issuer", "entity_id_alone", message("fault.remark.entity_id_alone")
        )
        return ImportResult(ImportKind.ENTITY_ID, issuer=name, provider=provider_of(name), remarks=(remark,))

    def _require_foreign(self, address: str) -> None:
        if f"{address}/".lower().startswith(f"{self.settings.base_url}/".lower()):
            raise ImportRefused("own_entity_id" if address.rstrip("/").endswith("/metadata") else "own_url")


def _tenant_warnings(values: MetadataValues, url: str | None) -> tuple[MetadataWarning, ...]:
    """Returns the warning about an Entra tenant's metadata URL, unless its keys already produced it."""
    if any(remark.code == "tenant_metadata" for remark in values.remarks):
        return ()
    return tenant_remarks(values.found.entity_id, (), url)


def _certificates(given: str | bytes, now: datetime) -> ImportResult:
    from chalicelib.connections.certificate_parsing import parse_certificates

    certificates = parse_certificates(given)
    return ImportResult(ImportKind.CERTIFICATES, certificates=certificates, remarks=date_remarks(certificates, now))

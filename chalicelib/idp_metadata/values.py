"""Converts a metadata document to values of a connection, with warnings for the admin."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from chalicelib.connections.addresses import issuer_errors, url_errors
from chalicelib.connections.certificate_text import CertificateRefused
from chalicelib.connections.certificate_warning import warnings_for
from chalicelib.connections.model import MAX_CERTIFICATES
from chalicelib.i18n.message import Message, message
from chalicelib.idp_metadata.import_error import usual_message
from chalicelib.idp_metadata.provider_address import is_tenant_wide, metadata_address_of_application
from chalicelib.saml.certificate import Certificate
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.saml.idp_metadata import IdentityProviderMetadata

_ABSURD: Final = timedelta(days=10 * 365)
_SOON: Final = timedelta(days=14)
_ENTRA_TENANT_KEY: Final = "CN=accounts.accesscontrol.windows.net"


@dataclass(frozen=True, slots=True)
class MetadataWarning:
    """A warning about an accepted value that may be unintended.

    Attributes:
        pointer: JSON pointer to the value, "" for the whole input.
    """

    pointer: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class MetadataValues:
    """The values in the metadata. `certificates` are the trustworthy ones, at most four."""

    found: IdentityProviderMetadata
    certificates: tuple[Certificate, ...]
    remarks: tuple[MetadataWarning, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The certificates in base64."""
        return tuple(base64.b64encode(certificate.der).decode() for certificate in self.certificates)


def metadata_values(
    text: str,
    settings: Settings,
    now: datetime,
    entity_id: str | None = None,
    prefers: RequestBinding | None = None,
) -> MetadataValues:
    """Returns the values of the only or the chosen identity provider in the document.

    Raises:
        ImportRefused: the document has no usable identity provider.
    """
    from chalicelib.saml.idp_metadata import read_idp_metadata

    found = read_idp_metadata(text, now, entity_id, prefers)
    for error in (*issuer_errors(found.entity_id, settings), *url_errors(found.sso_url, settings)):
        if error.code in {"own_entity_id", "own_url"}:
            raise ImportRefused("own_metadata")
        raise ImportRefused(error.code, message("fault.import.in_metadata", detail=error.detail))
    certificates, left_out = _select_usable(found.certificates, now)
    of_tenant = tenant_remarks(found.entity_id, certificates)
    remarks = (
        *left_out,
        *_missing_value_warnings(found),
        *of_tenant,
        *_remarks(found, now),
        *date_remarks(certificates, now),
    )
    return MetadataValues(found, certificates, remarks)


def tenant_remarks(
    entity_id: str, certificates: Sequence[Certificate], url: str | None = None
) -> tuple[MetadataWarning, ...]:
    """Warns that the metadata of an Entra tenant has different keys than those that sign for an application."""
    named = any(_ENTRA_TENANT_KEY in certificate.facts.subject for certificate in certificates)
    if not named and not (url and is_tenant_wide(url)):
        return ()
    address = metadata_address_of_application(entity_id)
    return (
        MetadataWarning("/metadata_url", "tenant_metadata", message("fault.remark.tenant_metadata", address=address)),
    )


def date_remarks(certificates: Sequence[Certificate], now: datetime) -> tuple[MetadataWarning, ...]:
    """Returns warnings about the certificates' dates."""
    return tuple(
        MetadataWarning(f"/x509_certificates/{number}", warning.code, warning.message)
        for number, certificate in enumerate(certificates)
        for warning in warnings_for(certificate.facts, now)
    )


def _select_usable(texts: Sequence[str], now: datetime) -> tuple[tuple[Certificate, ...], tuple[MetadataWarning, ...]]:
    """Returns the usable certificates, currently valid ones first if there are too many. An invalid one doesn't affect
    the others.
    """
    from chalicelib.connections.certificate_parsing import parse_each

    good: dict[str, Certificate] = {}
    refused: list[CertificateRefused] = []
    try:
        results = parse_each(texts)
    except CertificateRefused as error:
        raise ImportRefused(error.code, usual_message(error.code)) from None
    for result in results:
        if isinstance(result, CertificateRefused):
            refused.append(result)
        else:
            good |= {certificate.facts.sha256: certificate for certificate in result}
    if not good and refused:
        raise ImportRefused(refused[0].code, message("fault.import.unusable_certificate", detail=refused[0].message))
    remarks = [_left_out_warning(message("fault.remark.left_out", detail=error.message)) for error in refused]
    certificates = tuple(good.values())
    if len(certificates) > MAX_CERTIFICATES:
        best = sorted(certificates, key=lambda c: (c.facts.has_expired(now), -c.facts.not_after.timestamp()))
        certificates = tuple(c for c in certificates if c in best[:MAX_CERTIFICATES])
        remarks.append(_left_out_warning(message("fault.remark.too_many", number=len(good), most=MAX_CERTIFICATES)))
    return certificates, tuple(remarks)


def _missing_value_warnings(found: IdentityProviderMetadata) -> tuple[MetadataWarning, ...]:
    """Returns warnings about missing values; the other values are used."""
    if found.certificates:
        return ()
    code = "encryption_certificate_only" if found.only_encrypting else "no_signing_certificate"
    return (MetadataWarning("/x509_certificates", code, message(f"fault.remark.{code}")),)


def _left_out_warning(said: Message) -> MetadataWarning:
    return MetadataWarning("", "certificate_left_out", said)


def _remarks(found: IdentityProviderMetadata, now: datetime) -> list[MetadataWarning]:
    remarks = []
    if found.only_encrypting and found.certificates:
        remarks.append(MetadataWarning("", "encryption_certificate_left_out", message("fault.remark.encrypting")))
    if found.valid_until is not None and found.valid_until - now > _ABSURD:
        remarks.append(
            MetadataWarning("", "valid_until_far", message("fault.remark.valid_far", year=found.valid_until.year))
        )
    if found.valid_until is not None and found.valid_until - now < _SOON:
        day = f"{found.valid_until:%Y-%m-%d}"
        remarks.append(MetadataWarning("", "valid_until_soon", message("fault.remark.valid_soon", day=day)))
    if found.is_signed:
        remarks.append(MetadataWarning("", "signature_not_checked", message("fault.remark.signed")))
    return remarks

"""From a metadata document to values of a connection, and what an admin should know of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from chalicelib.domain.certificate import Certificate
from chalicelib.domain.certificate_text import CertificateRefused
from chalicelib.domain.certificate_warning import warnings_for
from chalicelib.domain.connection import CERTIFICATES_MOST
from chalicelib.domain.import_refusal import ImportRefused
from chalicelib.domain.request_binding import RequestBinding
from chalicelib.services.connection_address import issuer_errors, url_errors
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.adapters.saml.idp_metadata import IdentityProviderMetadata

_ABSURD: Final = timedelta(days=10 * 365)
_SOON: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Remark:
    """What was taken although it may not be meant.

    Attributes:
        pointer: JSON pointer to the value it is about, "" for all.
    """

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class MetadataValues:
    """What the metadata gives a connection. `certificates` are those that can be trusted, four at most."""

    found: IdentityProviderMetadata
    certificates: tuple[Certificate, ...]
    remarks: tuple[Remark, ...]

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
    """What the document says of the one identity provider, or of the chosen one.

    Raises:
        ImportRefused: nothing, or nothing that can be used.
    """
    from chalicelib.adapters.saml.idp_metadata import read_idp_metadata

    found = read_idp_metadata(text, now, entity_id, prefers)
    for error in (*issuer_errors(found.entity_id, settings), *url_errors(found.sso_url, settings)):
        if error.code in {"own_entity_id", "own_url"}:
            raise ImportRefused("own_metadata")
        raise ImportRefused(error.code, f"In the metadata: {error.detail}")
    certificates, left_out = _usable(found.certificates, now)
    remarks = (*left_out, *_remarks(found, now), *date_remarks(certificates, now))
    return MetadataValues(found, certificates, remarks)


def date_remarks(certificates: Sequence[Certificate], now: datetime) -> tuple[Remark, ...]:
    """What should be known of certificates' dates."""
    return tuple(
        Remark(f"/x509_certificates/{number}", warning.code, warning.detail)
        for number, certificate in enumerate(certificates)
        for warning in warnings_for(certificate.facts, now)
    )


def _usable(texts: Sequence[str], now: datetime) -> tuple[tuple[Certificate, ...], tuple[Remark, ...]]:
    """Good certificates, those in force first where there are too many; a bad one doesn't spoil the others."""
    from chalicelib.domain.certificate_input import parse_certificates

    good: dict[str, Certificate] = {}
    refused: list[CertificateRefused] = []
    for text in texts:
        try:
            good |= {certificate.facts.sha256: certificate for certificate in parse_certificates(text)}
        except CertificateRefused as error:
            refused.append(error)
    if not good:
        raise ImportRefused(refused[0].code, f"The metadata's signing certificate can't be used. {refused[0].detail}")
    remarks = [Remark("", "certificate_left_out", f"One certificate was left out. {e.detail}") for e in refused]
    certificates = tuple(good.values())
    if len(certificates) > CERTIFICATES_MOST:
        best = sorted(certificates, key=lambda c: (c.facts.has_expired(now), -c.facts.not_after.timestamp()))
        certificates = tuple(c for c in certificates if c in best[:CERTIFICATES_MOST])
        detail = f"The metadata has {len(good)} signing certificates; the {CERTIFICATES_MOST} that last longest count."
        remarks.append(Remark("", "certificate_left_out", detail))
    return certificates, tuple(remarks)


def _remarks(found: IdentityProviderMetadata, now: datetime) -> list[Remark]:
    remarks = []
    if found.only_encrypting:
        detail = "Certificates for encryption only were left out: they sign nothing."
        remarks.append(Remark("", "encryption_certificate_left_out", detail))
    if found.valid_until is not None and found.valid_until - now > _ABSURD:
        detail = f"The metadata claims to be valid until {found.valid_until:%Y}. Nobody can promise that."
        remarks.append(Remark("", "valid_until_far", detail))
    if found.valid_until is not None and found.valid_until - now < _SOON:
        detail = (
            f"The metadata is valid until {found.valid_until:%Y-%m-%d} only. A metadata address is kept up to date."
        )
        remarks.append(Remark("", "valid_until_soon", detail))
    if found.is_signed:
        detail = "The metadata is signed; the signature counts only where its certificate is pinned."
        remarks.append(Remark("", "signature_not_checked", detail))
    return remarks

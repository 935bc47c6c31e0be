"""Validates an admin's input and converts it to values of a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.connections.addresses import issuer_errors, url_errors
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import MAX_CERTIFICATES, AttributeMapping
from chalicelib.errors import FieldError, Invalid
from chalicelib.i18n.message import message
from chalicelib.saml.certificate import Certificate, CertificateFacts
from chalicelib.settings import Settings
from chalicelib.users.email_address import canonical_address

MAX_SHA1_PERIOD: Final = timedelta(days=365)
NAME_ID_FORMATS: Final = (
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
)


def validate_values(
    changes: ConnectionChanges, mapping: AttributeMapping, settings: Settings, now: datetime
) -> dict[str, Any]:
    """Returns the attributes of `Connection` to replace, except certificates.

    Args:
        mapping: the current attribute mapping.

    Raises:
        Invalid: one entry for each invalid field.
    """
    values: dict[str, Any] = {name: value for name, value in changes.items() if name != "x509_certificates"}
    errors: list[FieldError] = []
    if (url := changes.get("identity_provider_url")) is not None:
        errors += url_errors(url, settings)
    if (issuer := changes.get("identity_provider_issuer")) is not None:
        errors += issuer_errors(issuer, settings)
    if (name_id_format := changes.get("name_id_format")) is not None and name_id_format not in NAME_ID_FORMATS:
        detail = message("fault.field.one_of", values=", ".join(NAME_ID_FORMATS))
        errors.append(FieldError("/name_id_format", "invalid_value", detail))
    if (until := changes.get("sha1_exception_until")) is not None and not now.date() < until <= (
        now.date() + MAX_SHA1_PERIOD
    ):
        errors.append(FieldError("/sha1_exception_until", "invalid_date", message("fault.field.within_a_year")))
    if "attribute_mapping" in changes:
        given = {name: tuple(names) for name, names in changes["attribute_mapping"].items()}
        values["attribute_mapping"] = replace(mapping, **given)
    if (pinned := changes.get("metadata_signing_certificate")) is not None:
        values["metadata_signing_certificate"] = _parse_pinned(pinned, errors)
    if "allow_guest_emails" in changes:
        values["allow_guest_emails"] = _guests(changes["allow_guest_emails"], errors)
    if errors:
        raise Invalid("invalid_request", errors=tuple(errors))
    return values


def binding_of_typed_url(values: dict[str, Any], url_so_far: str | None) -> dict[str, None]:
    """Returns the additional changes for a typed URL: the binding implied by earlier metadata no longer applies."""
    is_typed = "identity_provider_url" in values and "metadata_binding" not in values
    return {"metadata_binding": None} if is_typed and values["identity_provider_url"] != url_so_far else {}


def read_certificates(texts: Sequence[str]) -> tuple[Certificate, ...]:
    """Returns the certificates in the texts, without duplicates.

    Raises:
        Invalid: a text isn't a certificate, or there are more than four certificates.
    """
    from chalicelib.connections.certificate_parsing import parse_each
    from chalicelib.connections.certificate_text import CertificateRefused

    found: dict[str, Certificate] = {}
    errors: list[FieldError] = []
    try:
        for number, result in enumerate(parse_each(texts)):
            if isinstance(result, CertificateRefused):
                errors.append(FieldError(f"/x509_certificates/{number}", result.code, result.message))
            else:
                found |= {certificate.facts.sha256: certificate for certificate in result}
    except CertificateRefused as refused:
        errors.append(FieldError("/x509_certificates", refused.code, refused.message))
    if len(found) > MAX_CERTIFICATES:
        detail = message("fault.field.too_many_certificates", most=MAX_CERTIFICATES, number=len(found))
        errors.append(FieldError("/x509_certificates", "too_many_certificates", detail))
    if errors:
        raise Invalid("invalid_request", message("problem.invalid_request.certificates"), errors=tuple(errors))
    return tuple(found.values())


def _parse_pinned(text: str, errors: list[FieldError]) -> CertificateFacts | None:
    from chalicelib.connections.certificate_parsing import parse_certificates
    from chalicelib.connections.certificate_text import CertificateRefused

    try:
        found = parse_certificates(text)
    except CertificateRefused as refused:
        errors.append(FieldError("/metadata_signing_certificate", refused.code, refused.message))
        return None
    if len(found) > 1:
        errors.append(FieldError("/metadata_signing_certificate", "too_many", message("fault.certificate.too_many")))
    return found[0].facts


def _guests(texts: Sequence[str], errors: list[FieldError]) -> tuple[str, ...]:
    found: list[str] = []
    for number, text in enumerate(texts):
        address = canonical_address(text)
        if address is None:
            errors.append(FieldError(f"/allow_guest_emails/{number}", "invalid_email", message("fault.field.email")))
        elif address not in found:
            found.append(address)
    return tuple(found)

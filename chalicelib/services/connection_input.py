"""What an admin typed, made into values of a connection, or refused field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

from chalicelib.domain.certificate import Certificate
from chalicelib.domain.connection import CERTIFICATES_MOST, AttributeMapping, Provider
from chalicelib.domain.email_address import canonical_address
from chalicelib.domain.user import Role
from chalicelib.errors import FieldError, Invalid
from chalicelib.settings import Settings

URL_LONGEST: Final = 2048
SHA1_LONGEST: Final = timedelta(days=365)
NAME_ID_FORMATS: Final = (
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
)
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
_FROM_METADATA: Final = ("identity_provider_url", "identity_provider_issuer", "x509_certificates", "metadata_url")


class ConnectionChanges(TypedDict, total=False):
    """What an admin may change; an absent field stays as it is, None clears it. Limits: `routes/models/connection.py`.

    `attribute_mapping` maps fields to candidate names; fields it lacks stay as they are. `metadata_xml` fills URL,
    issuer and certificates.
    """

    name: str | None
    provider: Provider
    identity_provider_url: str | None
    identity_provider_issuer: str | None
    x509_certificates: Sequence[str] | None
    metadata_url: str | None
    metadata_xml: str
    name_id_format: str | None
    allow_idp_initiated: bool
    clock_skew_seconds: int
    attribute_mapping: dict[str, Sequence[str]]
    jit_provisioning: bool
    default_role: Role
    allow_guest_emails: Sequence[str]
    force_authn: bool
    sign_requests: bool
    require_signed_response: bool
    require_signed_assertion: bool
    allow_missing_destination: bool
    sha1_exception_until: date | None


def filled_from_metadata(changes: ConnectionChanges, now: datetime) -> ConnectionChanges:
    """The changes with the metadata document's own values in place of the document.

    Raises:
        Invalid: the document can't be used, or fields stand beside it that it fills.
    """
    if changes.get("metadata_url") is not None:
        detail = (
            "Metadata addresses can't be fetched yet. Open this one in a browser and send its text as metadata_xml."
        )
        error = FieldError("/metadata_url", "metadata_url_not_supported", detail)
        raise Invalid("metadata_url_not_supported", detail, errors=(error,))
    if "metadata_xml" not in changes:
        return changes
    if beside := [name for name in _FROM_METADATA if name in changes]:
        detail = "The metadata fills this field: send one of the two."
        errors = tuple(FieldError(f"/{name}", "conflicting_fields", detail) for name in beside)
        raise Invalid("invalid_request", detail, errors=errors)
    from chalicelib.adapters.saml.idp_metadata import read_idp_metadata

    found = read_idp_metadata(changes["metadata_xml"], now)
    filled = changes.copy()
    del filled["metadata_xml"]
    filled["identity_provider_url"] = found.sso_url
    filled["identity_provider_issuer"] = found.entity_id
    filled["x509_certificates"] = found.certificates
    if found.wants_signed_requests:
        filled.setdefault("sign_requests", True)
    return filled


def checked_values(
    changes: ConnectionChanges, mapping: AttributeMapping, settings: Settings, now: datetime
) -> dict[str, Any]:
    """Attributes of `Connection` to replace; certificates excepted.

    Args:
        mapping: the attribute mapping so far.

    Raises:
        Invalid: one entry for each bad field.
    """
    values: dict[str, Any] = {name: value for name, value in changes.items() if name != "x509_certificates"}
    errors: list[FieldError] = []
    if (url := changes.get("identity_provider_url")) is not None:
        errors += url_errors(url, settings)
    if (issuer := changes.get("identity_provider_issuer")) is not None:
        errors += issuer_errors(issuer, settings)
    if (name_id_format := changes.get("name_id_format")) is not None and name_id_format not in NAME_ID_FORMATS:
        errors.append(FieldError("/name_id_format", "invalid_value", f"One of: {', '.join(NAME_ID_FORMATS)}."))
    if (until := changes.get("sha1_exception_until")) is not None and not now.date() < until <= (
        now.date() + SHA1_LONGEST
    ):
        detail = "A date in the future, a year away at most."
        errors.append(FieldError("/sha1_exception_until", "invalid_date", detail))
    if "attribute_mapping" in changes:
        given = {name: tuple(names) for name, names in changes["attribute_mapping"].items()}
        values["attribute_mapping"] = replace(mapping, **given)
    if "allow_guest_emails" in changes:
        values["allow_guest_emails"] = _guests(changes["allow_guest_emails"], errors)
    if errors:
        raise Invalid("invalid_request", "Some fields can't be used as they are; see `errors`.", errors=tuple(errors))
    return values


def read_certificates(texts: Sequence[str]) -> tuple[Certificate, ...]:
    """The certificates in the texts, each once.

    Raises:
        Invalid: a text holds something else, or there are more than four certificates.
    """
    from chalicelib.domain.certificate_input import parse_certificates
    from chalicelib.domain.certificate_text import CertificateRefused

    found: dict[str, Certificate] = {}
    errors: list[FieldError] = []
    for number, text in enumerate(texts):
        try:
            found |= {certificate.facts.sha256: certificate for certificate in parse_certificates(text)}
        except CertificateRefused as refused:
            errors.append(FieldError(f"/x509_certificates/{number}", refused.code, refused.detail))
    if len(found) > CERTIFICATES_MOST:
        detail = f"A connection trusts {CERTIFICATES_MOST} certificates at most; these are {len(found)}."
        errors.append(FieldError("/x509_certificates", "too_many_certificates", detail))
    if errors:
        raise Invalid("invalid_request", "Some certificates can't be used; see `errors`.", errors=tuple(errors))
    return tuple(found.values())


def url_errors(url: str, settings: Settings) -> list[FieldError]:
    """What is wrong with an identity provider's SSO address."""
    where = "/identity_provider_url"
    if not url.isascii() or not url.isprintable() or any(c in url for c in ' \\"<>^`{|}') or len(url) > URL_LONGEST:
        detail = f"Use an address of at most {URL_LONGEST} ASCII characters without blanks."
        return [FieldError(where, "invalid_url", detail)]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return [FieldError(where, "invalid_url", "This isn't an address.")]
    is_local = settings.local and parts.scheme == "http" and host in _LOCAL_HOSTS
    if parts.scheme != "https" and not is_local:
        return [FieldError(where, "not_https", "The address must begin with https://.")]
    if not host or port == 0 or "@" in parts.netloc or "#" in url:
        detail = "The address needs a host, and no user name, password or fragment."
        return [FieldError(where, "invalid_url", detail)]
    if f"{url}/".lower().startswith(f"{settings.base_url}/".lower()):
        detail = "This is your own Single Sign-On URL. Paste the one from your identity provider."
        return [FieldError(where, "own_url", detail)]
    return []


def issuer_errors(issuer: str, settings: Settings) -> list[FieldError]:
    """What is wrong with an identity provider's entity ID."""
    if issuer.lower().startswith(f"{settings.base_url}/saml/".lower()):
        detail = "This is your own service provider entity ID. Paste the issuer from your identity provider."
        return [FieldError("/identity_provider_issuer", "own_entity_id", detail)]
    return _text_errors("/identity_provider_issuer", issuer)


def _text_errors(where: str, text: str) -> list[FieldError]:
    if text.isprintable() and text.strip() == text:
        return []
    return [FieldError(where, "invalid_text", "Remove blanks at the ends, line breaks and control characters.")]


def _guests(texts: Sequence[str], errors: list[FieldError]) -> tuple[str, ...]:
    found: list[str] = []
    for number, text in enumerate(texts):
        address = canonical_address(text)
        if address is None:
            detail = "This isn't an e-mail address that we can take."
            errors.append(FieldError(f"/allow_guest_emails/{number}", "invalid_email", detail))
        elif address not in found:
            found.append(address)
    return tuple(found)

"""Reads an identity provider's metadata (SAML Metadata 2.0): what a connection needs, and nothing by guessing.

Metadata that an admin pastes is trusted as the admin is; its own signature is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from chalicelib.errors import FieldError, Invalid

LONGEST: Final = 1_048_576  # characters
_MD: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
_REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


@dataclass(frozen=True, slots=True)
class IdentityProviderMetadata:
    """What was read.

    Attributes:
        entity_id: exactly as written.
        sso_url: of the HTTP-Redirect endpoint.
        certificates: base64 texts of the signing certificates, in document order, each once.
    """

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]
    wants_signed_requests: bool


def read_idp_metadata(text: str, now: datetime) -> IdentityProviderMetadata:
    """The one identity provider that the document describes.

    Raises:
        Invalid: pointer `/metadata_xml`, with the sentence that says what is wrong.
    """
    role = _only_role(_parsed(text))
    entity = role.getparent()
    if entity is None or not (entity_id := entity.get("entityID")):
        raise _refused("not_metadata", "The metadata has no entityID.")
    _require_valid(role, now)
    return IdentityProviderMetadata(
        entity_id=entity_id,
        sso_url=_redirect_url(role),
        certificates=_signing_certificates(role),
        wants_signed_requests=role.get("WantAuthnRequestsSigned", "").strip() in {"true", "1"},
    )


def _parsed(text: str) -> etree._Element:
    if len(text) > LONGEST:
        raise _refused("too_long", f"Metadata may have {LONGEST} characters at most.")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _refused("not_metadata", "Metadata must not have a document type declaration.")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.strip().encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        detail = "This isn't well-formed XML. Copy the whole metadata document, from <EntityDescriptor to its end."
        raise _refused("not_metadata", detail) from error
    if root.tag not in {f"{_MD}EntityDescriptor", f"{_MD}EntitiesDescriptor"}:
        raise _refused("not_metadata", "This XML isn't SAML metadata: it has no EntityDescriptor at its root.")
    return root


def _only_role(root: etree._Element) -> etree._Element:
    roles = [
        role
        for role in root.iter(f"{_MD}IDPSSODescriptor")
        if _PROTOCOL in role.get("protocolSupportEnumeration", "").split()
    ]
    if not roles:
        detail = "The metadata describes no SAML 2.0 identity provider. Is it a service provider's, perhaps our own?"
        raise _refused("not_metadata", detail)
    if len(roles) > 1:
        names = ", ".join(str(role.getparent().get("entityID")) for role in roles[:5])  # type: ignore[union-attr]
        raise _refused(
            "several_identity_providers",
            f"The metadata describes several identity providers ({names}). Send the EntityDescriptor of one.",
        )
    return roles[0]


def _require_valid(role: etree._Element, now: datetime) -> None:
    for element in (role, *role.iterancestors()):
        text = element.get("validUntil")
        if text is None:
            continue
        try:
            until = datetime.fromisoformat(text.strip())
        except ValueError as error:
            raise _refused("not_metadata", "The metadata's validUntil can't be read.") from error
        if (until if until.tzinfo else until.replace(tzinfo=UTC)) <= now:
            raise _refused("metadata_expired", f"The metadata was valid until {text.strip()}. Fetch it anew.")


def _redirect_url(role: etree._Element) -> str:
    for endpoint in role.iterfind(f"{_MD}SingleSignOnService"):
        if endpoint.get("Binding") == _REDIRECT and (location := endpoint.get("Location")):
            return location.strip()
    raise _refused("no_redirect_endpoint", "The metadata names no SingleSignOnService for HTTP-Redirect.")


def _signing_certificates(role: etree._Element) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_certificate_texts(role)))
    if not found:
        raise _refused("no_signing_certificate", "The metadata has no signing certificate (KeyDescriptor).")
    return found


def _certificate_texts(role: etree._Element) -> Iterator[str]:
    for descriptor in role.iterfind(f"{_MD}KeyDescriptor"):
        if descriptor.get("use", "signing") != "signing":
            continue
        for certificate in descriptor.iter(f"{_DS}X509Certificate"):
            yield "".join("".join(certificate.itertext()).split())


def _refused(code: str, detail: str) -> Invalid:
    return Invalid("invalid_request", detail, errors=(FieldError("/metadata_xml", code, detail),))

"""Reads an identity provider's metadata (SAML Metadata 2.0): what a connection needs, and nothing by guessing.

Metadata that an admin pastes is trusted as the admin is, and metadata from their address as its TLS certificate is;
its own signature is checked only where a key was pinned (`metadata_signature`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.adapters.saml import names
from chalicelib.adapters.saml.parsing import parse_untrusted
from chalicelib.domain.import_refusal import ImportRefused

LONGEST: Final = 1_048_576  # characters
_MD: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_MDUI: Final = "{urn:oasis:names:tc:SAML:metadata:ui}"
_DS: Final = f"{{{names.DS}}}"
_ROOTS: Final = (f"{_MD}EntityDescriptor", f"{_MD}EntitiesDescriptor")
_MESSAGES: Final = (f"{{{names.SAMLP}}}", f"{{{names.SAML}}}")
_REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_PEM: Final = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
_NAME_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class IdentityProviderChoice:
    """One of several identity providers in a document."""

    entity_id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class IdentityProviderMetadata:
    """What was read.

    Attributes:
        entity_id: exactly as written.
        sso_url: of the HTTP-Redirect endpoint.
        certificates: texts of the signing certificates, in document order, each once: base64, or PEM where a chain
            stands for one key.
        only_encrypting: how many KeyDescriptors are for encryption alone.
        valid_until: the earliest one that counts.
        is_signed: there is a signature; nothing says that it is good.
    """

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]
    wants_signed_requests: bool = False
    only_encrypting: int = 0
    name: str | None = None
    error_url: str | None = None
    valid_until: datetime | None = None
    is_signed: bool = False


def identity_providers_in(text: str) -> tuple[IdentityProviderChoice, ...]:
    """Everybody that the document describes as a SAML 2.0 identity provider; never none.

    Raises:
        ImportRefused: it is no such document.
    """
    return tuple(IdentityProviderChoice(_entity_id(role), _name(role)) for role in _roles(_parsed(text)))


def read_idp_metadata(text: str, now: datetime, entity_id: str | None = None) -> IdentityProviderMetadata:
    """The one identity provider that the document describes, or the chosen one.

    Raises:
        ImportRefused: with the sentence that says what is wrong.
    """
    role = _only(_roles(_parsed(text)), entity_id)
    return IdentityProviderMetadata(
        entity_id=_entity_id(role),
        sso_url=_redirect_url(role),
        certificates=_signing_certificates(role),
        wants_signed_requests=role.get("WantAuthnRequestsSigned", "").strip() in {"true", "1"},
        only_encrypting=sum(d.get("use") == "encryption" for d in role.iterfind(f"{_MD}KeyDescriptor")),
        name=_name(role),
        error_url=_error_url(role),
        valid_until=_valid_until(role, now),
        is_signed=any(element.find(names.SIGNATURE) is not None for element in (role, *role.iterancestors())),
    )


def _parsed(text: str) -> Element:
    if len(text) > LONGEST:
        raise ImportRefused("too_long")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ImportRefused("not_metadata", "Metadata must not have a document type declaration.")
    try:
        root = parse_untrusted(text.strip("\ufeff \t\r\n").encode("utf-8"), remove_comments=True)
    except (etree.XMLSyntaxError, ValueError):
        raise ImportRefused("not_metadata") from None
    if root.tag not in _ROOTS:
        if str(root.tag).startswith(_MESSAGES):
            raise ImportRefused("saml_message")
        detail = "This XML isn't SAML metadata: it has no EntityDescriptor at its root."
        raise ImportRefused("not_metadata", detail)
    return root


def _roles(root: Element) -> list[Element]:
    every = [role for entity in _entities(root) for role in entity.iterchildren(f"{_MD}IDPSSODescriptor")]
    roles = [role for role in every if names.SAMLP in role.get("protocolSupportEnumeration", "").split()]
    if roles:
        return roles
    if every:
        raise ImportRefused("not_saml_2")
    provider = next(root.iter(f"{_MD}SPSSODescriptor"), None)
    if provider is None:
        raise ImportRefused("not_metadata", "This metadata describes no SAML 2.0 identity provider.")
    raise ImportRefused("service_provider_metadata")


def _entities(element: Element) -> Iterator[Element]:
    """Entities where the schema has them, in groups and nowhere else: none is read once for each of those around it."""
    if element.tag == f"{_MD}EntityDescriptor":
        yield element
    else:
        for child in element.iterchildren(*_ROOTS):
            yield from _entities(child)


def _only(roles: list[Element], entity_id: str | None) -> Element:
    wanted = [role for role in roles if entity_id is None or _entity_id(role) == entity_id]
    if not wanted:
        raise ImportRefused("unknown_entity_id")
    if len(wanted) > 1:
        raise ImportRefused("several_identity_providers")
    return wanted[0]


def _entity_id(role: Element) -> str:
    entity = role.getparent()
    found = entity.get("entityID") if entity is not None and entity.tag == f"{_MD}EntityDescriptor" else None
    if not found:
        raise ImportRefused("not_metadata", "The metadata has no entityID.")
    return found


def _valid_until(role: Element, now: datetime) -> datetime | None:
    found = []
    for element in (role, *role.iterancestors()):
        text = element.get("validUntil")
        if text is None:
            continue
        try:
            until = datetime.fromisoformat(text.strip())
        except ValueError:
            raise ImportRefused("not_metadata", "The metadata's validUntil can't be read.") from None
        found.append(until if until.tzinfo else until.replace(tzinfo=UTC))
    if found and min(found) <= now:
        detail = f"The metadata was valid until {min(found):%Y-%m-%d} only. Fetch it anew."
        raise ImportRefused("metadata_expired", detail)
    return min(found, default=None)


def _redirect_url(role: Element) -> str:
    endpoints = list(role.iterfind(f"{_MD}SingleSignOnService"))
    for endpoint in endpoints:
        if endpoint.get("Binding") == _REDIRECT and (location := endpoint.get("Location")):
            return location.strip()
    only_post = any(endpoint.get("Binding") == names.HTTP_POST for endpoint in endpoints)
    raise ImportRefused("post_binding_only" if only_post else "no_redirect_endpoint")


def _signing_certificates(role: Element) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(_certificate_texts(role)))
    if not found:
        only_encrypting = any(d.get("use") == "encryption" for d in role.iterfind(f"{_MD}KeyDescriptor"))
        raise ImportRefused("encryption_certificate_only" if only_encrypting else "no_signing_certificate")
    return found


def _certificate_texts(role: Element) -> Iterator[str]:
    for descriptor in role.iterfind(f"{_MD}KeyDescriptor"):
        if descriptor.get("use", "signing") != "signing":
            continue
        for data in descriptor.iter(f"{_DS}X509Data"):
            texts = ["".join("".join(c.itertext()).split()) for c in data.iterfind(f"{_DS}X509Certificate")]
            if len(texts) == 1:
                yield texts[0]
            elif texts:  # one key with its chain (xmldsig-core1 section 4.5.4)
                yield "".join(_PEM.format(text) for text in texts)


def _name(role: Element) -> str | None:
    """What people call it; English, where there are several."""
    places = [*role.iter(f"{_MDUI}DisplayName")]
    if (entity := role.getparent()) is not None:
        places += entity.iterfind(f"{_MD}Organization/{_MD}OrganizationDisplayName")
    spoken = sorted(places, key=lambda e: e.get("{http://www.w3.org/XML/1998/namespace}lang", "") != "en")
    texts = [" ".join((element.text or "").split()) for element in spoken]
    return next((text[:_NAME_LONGEST] for text in texts if text), None)


def _error_url(role: Element) -> str | None:
    found = role.get("errorURL", "").strip()
    return found if found.startswith("https://") and found.isascii() and found.isprintable() else None

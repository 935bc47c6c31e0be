"""Parses an identity provider's metadata (SAML Metadata 2.0) into the settings of a connection.

Metadata pasted by an admin is as trusted as the admin, and metadata from a URL as its TLS certificate. The metadata's
own signature is verified only when a key was pinned (see `metadata_signature`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from chalicelib.host_name import origin_of
from chalicelib.i18n.message import message
from chalicelib.saml import names
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.saml.uri import uri
from chalicelib.saml.xml_parser import parse_untrusted

MAX_LENGTH: Final = 1_048_576  # characters
_MD: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_MDUI: Final = "{urn:oasis:names:tc:SAML:metadata:ui}"
_DS: Final = f"{{{names.DS}}}"
_ROOTS: Final = (f"{_MD}EntityDescriptor", f"{_MD}EntitiesDescriptor")
_MESSAGES: Final = (f"{{{names.SAMLP}}}", f"{{{names.SAML}}}")
_BINDINGS: Final = {
    RequestBinding.REDIRECT: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
    RequestBinding.POST: names.HTTP_POST,
}
_PEM: Final = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
_BEGIN: Final = "-----BEGIN "
_MAX_NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class IdentityProviderChoice:
    """One of several identity providers in a metadata document."""

    entity_id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class IdentityProviderMetadata:
    """The settings read from a metadata document.

    Attributes:
        entity_id: exactly as written.
        sso_url: of the selected endpoint.
        binding: of that endpoint.
        certificates: the signing certificates in document order without duplicates: base64, or PEM where several
            certificates form the chain of one key. Some identity providers publish none.
        only_encrypting: the number of KeyDescriptors that are for encryption only.
        valid_until: the earliest applicable one.
        is_signed: the document has a signature, which is not verified here.
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
    binding: RequestBinding = RequestBinding.REDIRECT


def identity_providers_in(text: str) -> tuple[IdentityProviderChoice, ...]:
    """Returns every SAML 2.0 identity provider in the document; at least one.

    Raises:
        ImportRefused: the text is no metadata document with a SAML 2.0 identity provider.
    """
    choices = dict[str, IdentityProviderChoice]()
    for role in _roles(_parse(text)):
        choices.setdefault(_entity_id(role), IdentityProviderChoice(_entity_id(role), _name(role)))
    return tuple(choices.values())


def read_idp_metadata(
    text: str, now: datetime, entity_id: str | None = None, prefers: RequestBinding | None = None
) -> IdentityProviderMetadata:
    """Returns the document's only identity provider, or the one selected by entity ID.

    Args:
        prefers: the binding to select where both are offered; HTTP-Redirect by default.

    Raises:
        ImportRefused: with a message that describes the problem.
    """
    role = _only(_roles(_parse(text)), entity_id)
    sso_url, binding = _endpoint(role, prefers or RequestBinding.REDIRECT)
    return IdentityProviderMetadata(
        entity_id=_entity_id(role),
        sso_url=sso_url,
        binding=binding,
        certificates=_signing_certificates(role),
        wants_signed_requests=role.get("WantAuthnRequestsSigned", "").strip() in {"true", "1"},
        only_encrypting=sum(d.get("use") == "encryption" for d in role.iterfind(f"{_MD}KeyDescriptor")),
        name=_name(role),
        error_url=_error_url(role),
        valid_until=_valid_until(role, now),
        is_signed=any(element.find(names.SIGNATURE) is not None for element in (role, *role.iterancestors())),
    )


def _parse(text: str) -> Element:
    if len(text) > MAX_LENGTH:
        raise ImportRefused("too_long")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ImportRefused("not_metadata", message("fault.import.document_type"))
    try:
        root = parse_untrusted(text.strip("\ufeff \t\r\n").encode("utf-8"), remove_comments=True)
    except (etree.XMLSyntaxError, ValueError):
        raise ImportRefused("not_metadata") from None
    if root.tag not in _ROOTS:
        if str(root.tag).startswith(_MESSAGES):
            raise ImportRefused("saml_message")
        _require_namespace(root, "EntityDescriptor", "EntitiesDescriptor")
        raise ImportRefused("not_metadata", message("fault.import.no_descriptor"))
    return root


def _require_namespace(element: Element, *expected: str) -> None:
    """Refuses an element whose local name is right and whose namespace is wrong, with a message of its own."""
    name = etree.QName(element)
    if name.localname in expected and name.namespace != _MD[1:-1]:
        found, wanted = name.namespace or "—", _MD[1:-1]
        description = message("fault.import.wrong_namespace", element=name.localname, found=found, wanted=wanted)
        raise ImportRefused("not_metadata", description)


def _roles(root: Element) -> list[Element]:
    every = [role for entity in _entities(root) for role in entity.iterchildren(f"{_MD}IDPSSODescriptor")]
    roles = [role for role in every if names.SAMLP in role.get("protocolSupportEnumeration", "").split()]
    if roles:
        return roles
    if every:
        raise ImportRefused("not_saml_2")
    if (other := next(root.iter("{*}IDPSSODescriptor"), None)) is not None:
        _require_namespace(other, "IDPSSODescriptor")
    provider = next(root.iter(f"{_MD}SPSSODescriptor"), None)
    if provider is None:
        raise ImportRefused("not_metadata", message("fault.import.no_identity_provider"))
    raise ImportRefused("service_provider_metadata")


def _entities(element: Element) -> Iterator[Element]:
    """Yields entities at the places the schema permits, nested groups included. Other nesting is not searched, so no
    entity is read more than once."""
    if element.tag == f"{_MD}EntityDescriptor":
        yield element
    else:
        for child in element.iterchildren(*_ROOTS):
            yield from _entities(child)


def _only(roles: list[Element], entity_id: str | None) -> Element:
    wanted = [role for role in roles if entity_id is None or _entity_id(role) == entity_id]
    if not wanted:
        raise ImportRefused("unknown_entity_id")
    if len({role.getparent() for role in wanted}) > 1:
        raise ImportRefused("several_identity_providers")
    return max(wanted, key=_completeness)  # the first of the most complete ones


def _completeness(role: Element) -> int:
    """Counts the settings that a role provides. One entity may have several roles, for example for an old and a new
    key."""
    has_endpoint = role.find(f"{_MD}SingleSignOnService") is not None
    return 2 * has_endpoint + (next(_certificate_texts(role), None) is not None)


def _entity_id(role: Element) -> str:
    entity = role.getparent()
    found = entity.get("entityID") if entity is not None and entity.tag == f"{_MD}EntityDescriptor" else None
    if not found:
        raise ImportRefused("not_metadata", message("fault.import.no_entity_id"))
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
            raise ImportRefused("not_metadata", message("fault.import.unreadable_end")) from None
        found.append(until if until.tzinfo else until.replace(tzinfo=UTC))
    if found and min(found) <= now:
        raise ImportRefused("metadata_expired", message("fault.import.ended", day=f"{min(found):%Y-%m-%d}"))
    return min(found, default=None)


def _endpoint(role: Element, prefers: RequestBinding) -> tuple[str, RequestBinding]:
    """Returns the SingleSignOnService for the preferred binding, or else for the other one."""
    endpoints = list(role.iterfind(f"{_MD}SingleSignOnService"))
    for binding in sorted(RequestBinding, key=lambda each: each is not prefers):
        for endpoint in endpoints:
            if uri(endpoint.get("Binding", "")) == _BINDINGS[binding] and (location := endpoint.get("Location")):
                return location.strip(), binding
    raise ImportRefused("no_sso_endpoint")


def _signing_certificates(role: Element) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_certificate_texts(role)))


def _certificate_texts(role: Element) -> Iterator[str]:
    """Yields one text per key: base64, PEM including surrounding text, or PEM of the chain that belongs to one key
    (xmldsig-core1 section 4.5.4)."""
    for descriptor in role.iterfind(f"{_MD}KeyDescriptor"):
        if descriptor.get("use", "signing").strip() != "signing":
            continue
        for certificates in _certificate_elements(descriptor):
            texts = ["".join(c.itertext()) for c in certificates]
            if len(texts) == 1:
                yield texts[0] if _BEGIN in texts[0] else "".join(texts[0].split())
            elif texts:
                yield "\n".join(text if _BEGIN in text else _PEM.format("".join(text.split())) for text in texts)


def _certificate_elements(descriptor: Element) -> Iterator[list[Element]]:
    """Yields X509Certificate elements, grouped by X509Data.

    Some identity providers omit the namespace of XML Signature. Elements are matched by local name, because the
    document is trusted whatever its namespaces are.
    """
    together = dict[Element | None, list[Element]]()
    for element in descriptor.iter("{*}X509Certificate"):
        together.setdefault(element.getparent(), []).append(element)
    yield from together.values()


def _name(role: Element) -> str | None:
    """Returns the display name, in English if there are several."""
    places = [*role.iter(f"{_MDUI}DisplayName")]
    if (entity := role.getparent()) is not None:
        places += entity.iterfind(f"{_MD}Organization/{_MD}OrganizationDisplayName")
    by_language = sorted(places, key=lambda e: e.get("{http://www.w3.org/XML/1998/namespace}lang", "") != "en")
    texts = [" ".join((element.text or "").split()) for element in by_language]
    return next((text[:_MAX_NAME_LENGTH] for text in texts if text), None)


def _error_url(role: Element) -> str | None:
    found = role.get("errorURL", "").strip()
    is_address = found.startswith("https://") and found.isascii() and found.isprintable() and origin_of(found)
    return found if is_address else None

"""Keycloak: a realm export, or the admin API's list `identity-provider/instances`.

Field names: Keycloak's `SAMLIdentityProviderConfig` (several certificates with commas between),
`OrganizationRepresentation` (since 26: an organization's verified domains and its identity providers' aliases;
`kc.org.domain` in the provider's config) and the mapper `saml-user-attribute-idp-mapper`
(github.com/keycloak/keycloak). `entityId` is Keycloak's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.input import NAME_ID_FORMATS
from chalicelib.connections.model import MAX_CLOCK_SKEW_SECONDS
from ops.cli.migrate.entry import (
    Document,
    Entry,
    Found,
    Skipped,
    attribute_mapping,
    first_name,
    inner_of,
    is_on,
    objects_in,
    text_of,
)

_MAPPER: Final = "saml-user-attribute-idp-mapper"
_FIELDS: Final = {"email": "email", "firstName": "first_name", "lastName": "last_name"}


@dataclass(frozen=True, slots=True)
class _Realm:
    """Parts of the export besides the identity providers."""

    name: str
    mappers: tuple[Document, ...]
    organizations: tuple[Document, ...]

    def organization_of(self, alias: str) -> Document:
        """The organization that signs in through this provider; an empty one where there is none."""
        return next((o for o in self.organizations if alias in map(_alias, _objects(o, "identityProviders"))), {})

    def attributes_of(self, alias: str) -> dict[str, list[str]]:
        """Our field → attribute names that its mappers read."""
        found: dict[str, list[str]] = {}
        for mapper in self.mappers:
            config = inner_of(mapper, "config")
            field = _FIELDS.get(str(config.get("user.attribute")))
            name = text_of(config, "attribute.name", "attribute.friendly.name")
            of_this = text_of(mapper, "identityProviderAlias") == alias
            if of_this and text_of(mapper, "identityProviderMapper") == _MAPPER and field and name:
                found.setdefault(field, []).append(name)
        return found


def keycloak(document: object) -> Iterator[Found]:
    """Identity providers with `providerId` saml; the others are left out."""
    whole: Document = document if isinstance(document, dict) else {}
    realm = _Realm(
        text_of(whole, "realm") or "realm",
        _objects(whole, "identityProviderMappers"),
        _objects(whole, "organizations"),
    )
    for provider in objects_in(document, "identityProviders"):
        alias, kind = text_of(provider, "alias"), text_of(provider, "providerId")
        if kind != "saml":
            yield Skipped(first_name(text_of(provider, "displayName"), alias), f"Its providerId is {kind!r}, not saml.")
        elif alias is None:
            yield Skipped(first_name(text_of(provider, "displayName")), "It has no alias.")
        else:
            yield _entry(provider, alias, realm)


def _entry(provider: Document, alias: str, realm: _Realm) -> Entry:
    config, organization = inner_of(provider, "config"), realm.organization_of(alias)
    own_name = first_name(text_of(provider, "displayName"), alias)
    certificates = [one for one in (text_of(config, "signingCertificate") or "").split(",") if one.strip()]
    changes: ConnectionChanges = {
        "name": own_name,
        "identity_provider_url": text_of(config, "singleSignOnServiceUrl"),
        "identity_provider_issuer": text_of(config, "idpEntityId"),
        "x509_certificates": certificates or None,
        "force_authn": is_on(config, "forceAuthn"),
        "sign_requests": is_on(config, "wantAuthnRequestsSigned"),
        "require_signed_assertion": is_on(config, "wantAssertionsSigned"),
        "attribute_mapping": {**attribute_mapping(**realm.attributes_of(alias))},
    }
    if (name_id_format := text_of(config, "nameIDPolicyFormat")) in NAME_ID_FORMATS:
        changes["name_id_format"] = name_id_format
    skew = text_of(config, "allowedClockSkew") or ""
    if skew.isdecimal() and int(skew) > 0:
        changes["clock_skew_seconds"] = min(int(skew), MAX_CLOCK_SKEW_SECONDS)
    domains = [d for d in _objects(organization, "domains") if is_on(d, "verified")]
    names = [text for d in domains if (text := text_of(d, "name"))] or [
        *filter(None, [text_of(config, "kc.org.domain")])
    ]
    return Entry(
        f"keycloak:{realm.name}:{alias}",
        first_name(text_of(organization, "name"), own_name),
        changes,
        tuple(names),
        is_disabled=provider.get("enabled") is False,
        remarks=tuple(_remarks(config)),
    )


def _remarks(config: Document) -> Iterator[str]:
    if not is_on(config, "validateSignature"):
        yield "Keycloak did not check its signatures; they are always checked here."
    if is_on(config, "wantAssertionsEncrypted"):
        yield "Assertions are encrypted to Keycloak's key: the identity provider must load our metadata."
    if is_on(config, "postBindingAuthnRequest"):
        yield "Requests went by HTTP-POST; here they go by HTTP-Redirect, which may have another address."


def _objects(document: Document, name: str) -> tuple[Document, ...]:
    found = document.get(name)
    return tuple(one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _alias(provider: Document) -> str | None:
    return text_of(provider, "alias")

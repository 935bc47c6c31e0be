"""Reading an identity provider's metadata."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.adapters.saml.idp_metadata import LONGEST, IdentityProviderMetadata, read_idp_metadata
from chalicelib.errors import Invalid

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MD = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
PROTOCOL = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def key(text: str, use: str | None = "signing") -> str:
    """A KeyDescriptor."""
    attribute = f' use="{use}"' if use else ""
    return (
        f"<md:KeyDescriptor{attribute}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{text}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def entity(
    content: str | None = None,
    *,
    entity_id: str = 'entityID="https://idp.test"',
    more: str = "",
    role: str = f"{PROTOCOL}",
    namespaces: str = MD,
) -> str:
    """An EntityDescriptor with one IDPSSODescriptor."""
    inside = content if content is not None else key("AAAA") + endpoint()
    return (
        f"<md:EntityDescriptor {namespaces} {entity_id} {more}><md:IDPSSODescriptor {role}>{inside}"
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def endpoint(binding: str = REDIRECT, location: str = "https://idp.test/sso") -> str:
    """A SingleSignOnService."""
    return f'<md:SingleSignOnService Binding="{binding}" Location="{location}"/>'


def test_what_a_connection_needs_is_read() -> None:
    text = entity(
        key("AA\n AA")
        + key("BBBB", None)
        + key("CCCC", "encryption")
        + key("AAAA")
        + endpoint(POST, "https://no")
        + endpoint(),
        role=f'{PROTOCOL} WantAuthnRequestsSigned="true"',
    )
    expected = IdentityProviderMetadata("https://idp.test", "https://idp.test/sso", ("AAAA", "BBBB"), True)
    assert read_idp_metadata(f'\ufeff<?xml version="1.0" encoding="UTF-8"?>{text}'.lstrip("\ufeff"), NOW) == expected


def test_one_identity_provider_among_others_entities_is_found() -> None:
    other = f'<md:EntityDescriptor {MD} entityID="https://sp"><md:SPSSODescriptor {PROTOCOL}/></md:EntityDescriptor>'
    text = f"<md:EntitiesDescriptor {MD}>{other}{entity()}</md:EntitiesDescriptor>"
    assert read_idp_metadata(text, NOW).entity_id == "https://idp.test"


def test_a_comment_does_not_cut_an_attribute_or_certificate() -> None:
    assert read_idp_metadata(entity(key("AA<!-- x -->AA") + endpoint()), NOW).certificates == ("AAAA",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_metadata"),
        ("<html><body>Sign in</body></html>", "not_metadata"),
        ("<md:EntityDescriptor", "not_metadata"),
        ("https://idp.test/metadata", "not_metadata"),
        ("\ud800", "not_metadata"),
        (f"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>{entity()}", "not_metadata"),
        (f"<!DOCTYPE md:EntityDescriptor SYSTEM 'http://127.0.0.1/x.dtd'>{entity()}", "not_metadata"),
        (entity(entity_id=""), "not_metadata"),
        (entity(role='protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"'), "not_metadata"),
        (
            f'<md:EntityDescriptor {MD} entityID="x"><md:SPSSODescriptor {PROTOCOL}/></md:EntityDescriptor>',
            "not_metadata",
        ),
        (f"<md:EntitiesDescriptor {MD}>{entity()}{entity()}</md:EntitiesDescriptor>", "several_identity_providers"),
        (entity(key("AAAA") + endpoint(POST)), "no_redirect_endpoint"),
        (entity(endpoint()), "no_signing_certificate"),
        (entity(key("AAAA", "encryption") + endpoint()), "no_signing_certificate"),
        (entity(more='validUntil="2026-11-23T00:00:00Z"'), "metadata_expired"),
        (entity(role=f'{PROTOCOL} validUntil="2020-01-01T00:00:00"'), "metadata_expired"),
        (entity(more='validUntil="tomorrow"'), "not_metadata"),
        (" " * (LONGEST + 1), "too_long"),
    ],
)
def test_what_cannot_be_used_has_its_own_code(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_idp_metadata(text, NOW)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/metadata_xml", code)]


def test_metadata_that_is_still_valid_is_taken() -> None:
    assert read_idp_metadata(entity(more='validUntil="2026-11-23T00:00:01Z"'), NOW).entity_id == "https://idp.test"

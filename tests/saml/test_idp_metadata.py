"""Reading an identity provider's metadata."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.i18n.catalog import in_english
from chalicelib.saml.idp_metadata import (
    MAX_LENGTH,
    IdentityProviderChoice,
    IdentityProviderMetadata,
    identity_providers_in,
    read_idp_metadata,
)
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.request_binding import RequestBinding
from tests.support.metadata_text import MD, POST, PROTOCOL, endpoint, entity, key

NOW = datetime(2026, 11, 23, tzinfo=UTC)


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
    expected = IdentityProviderMetadata("https://idp.test", "https://idp.test/sso", ("AAAA", "BBBB"), True, 1)
    assert read_idp_metadata(f'\ufeff<?xml version="1.0" encoding="UTF-8"?>{text}'.lstrip("\ufeff"), NOW) == expected


def read_endpoint(*endpoints: str, prefers: RequestBinding | None = None) -> tuple[str, str]:
    found = read_idp_metadata(entity(key("AAAA") + "".join(endpoints)), NOW, None, prefers)
    return found.binding, found.sso_url


def test_requests_go_by_redirect_unless_only_post_is_there_or_post_is_preferred() -> None:
    redirect, post = endpoint(location="https://idp.test/r"), endpoint(POST, "https://idp.test/p")
    other = endpoint("urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "https://idp.test/soap")
    assert read_endpoint(post) == read_endpoint(other, post) == ("post", "https://idp.test/p")
    assert read_endpoint(other, post, redirect) == ("redirect", "https://idp.test/r")
    assert read_endpoint(redirect, post, prefers=RequestBinding.POST) == ("post", "https://idp.test/p")
    assert read_endpoint(redirect, prefers=RequestBinding.POST) == ("redirect", "https://idp.test/r")
    assert read_endpoint(post, prefers=RequestBinding.REDIRECT) == ("post", "https://idp.test/p")


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
        (entity(role='protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"'), "not_saml_2"),
        (
            f'<md:EntityDescriptor {MD} entityID="x"><md:SPSSODescriptor {PROTOCOL}/></md:EntityDescriptor>',
            "service_provider_metadata",
        ),
        (f'<md:EntityDescriptor {MD} entityID="x"/>', "not_metadata"),
        ('<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>', "saml_message"),
        (entity(endpoint("urn:x")), "no_sso_endpoint"),
        (f"<md:EntitiesDescriptor {MD}>{entity()}{entity()}</md:EntitiesDescriptor>", "several_identity_providers"),
        (entity(more='validUntil="2026-11-23T00:00:00Z"'), "metadata_expired"),
        (entity(role=f'{PROTOCOL} validUntil="2020-01-01T00:00:00"'), "metadata_expired"),
        (entity(more='validUntil="tomorrow"'), "not_metadata"),
        (" " * (MAX_LENGTH + 1), "too_long"),
    ],
)
def test_what_cannot_be_used_has_its_own_code(text: str, code: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_idp_metadata(text, NOW)
    assert refused.value.code == code
    assert len(in_english(refused.value.message)) > 20


def test_metadata_that_is_still_valid_is_taken() -> None:
    assert read_idp_metadata(entity(more='validUntil="2026-11-23T00:00:01Z"'), NOW).entity_id == "https://idp.test"


def test_one_of_several_is_chosen_by_its_entity_id() -> None:
    shown = (
        '<md:Extensions><u:DisplayName xmlns:u="urn:oasis:names:tc:SAML:metadata:ui" xml:lang="{}">{}</u:DisplayName>'
    )
    names = shown.format("de", "Zwei") + shown.format("en", "Two\n School").replace("<md:Extensions>", "")
    two = entity(f"{names}</md:Extensions>{key('BBBB')}{endpoint()}", entity_id='entityID="https://two.test"')
    text = f"<md:EntitiesDescriptor {MD}>{entity()}{two}</md:EntitiesDescriptor>"
    one, other = (
        IdentityProviderChoice("https://idp.test", None),
        IdentityProviderChoice("https://two.test", "Two School"),
    )
    assert identity_providers_in(text) == (one, other)
    assert read_idp_metadata(text, NOW, "https://two.test").certificates == ("BBBB",)
    with pytest.raises(ImportRefused) as refused:
        read_idp_metadata(text, NOW, "https://two.test/")
    assert refused.value.code == "unknown_entity_id"


def test_the_earliest_valid_until_counts() -> None:
    more = 'validUntil="2027-01-02T00:00:00Z"'
    text = entity(more=more, role=f'{PROTOCOL} validUntil="2026-12-24T00:00:00+01:00"')
    assert read_idp_metadata(text, NOW).valid_until == datetime(2026, 12, 23, 23, tzinfo=UTC)


def test_certificates_that_stand_together_are_one_key_with_its_chain() -> None:
    chain = key("AAAA</ds:X509Certificate><ds:X509Certificate>BBBB")
    (text,) = read_idp_metadata(entity(chain + endpoint()), NOW).certificates
    assert text.count("-----BEGIN CERTIFICATE-----") == 2


@pytest.mark.parametrize(("url", "found"), [("https://help.test", True), ("javascript:alert(1)", False), ("", False)])
def test_a_help_page_is_reported_if_it_is_one(url: str, found: bool) -> None:
    text = entity(role=f'{PROTOCOL} errorURL="{url}"')
    assert read_idp_metadata(text, NOW).error_url == (url if found else None)


def test_a_signature_is_noted_and_not_believed() -> None:
    assert read_idp_metadata(entity("<ds:Signature/>" + key("AAAA") + endpoint()), NOW).is_signed
    assert not read_idp_metadata(entity(), NOW).is_signed

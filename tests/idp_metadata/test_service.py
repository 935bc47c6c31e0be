"""One field takes anything: what is understood, and what each wrong thing is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chalicelib.connections.model import Provider
from chalicelib.errors import Invalid
from chalicelib.i18n.catalog import in_english
from chalicelib.idp_metadata.import_error import IMPORT_REFUSALS, usual_message
from chalicelib.idp_metadata.service import ImportKind, ImportResult
from tests.support.deployment import NOW, Deployment
from tests.support.metadata_site import MetadataSite, site_of
from tests.support.metadata_text import endpoint, entity
from tests.support.metadata_text import key as descriptor
from tests.support.wrong_imports import HTML, MANY, OLD, ONE, SEVERAL, TENANT, TWO, URL, WEAK, WRONG, describe, encode


@pytest.fixture
def site(deployment: Deployment) -> MetadataSite:
    """The internet."""
    found = site_of(deployment)
    found.pages |= {
        URL: describe(ONE).encode(),
        "https://idp.example.com/page": HTML.encode(),
        "https://idp.example.com/json": b'{"realm": "acme"}',
        "https://idp.example.com/logo": b"\x89PNG\r\n\x1a\n",
        "https://idp.example.com/cert": ONE.pem.encode(),
        "https://intranet.example.com/metadata": "private_address",
    }
    return found


def parse_import(deployment: Deployment, given: str | bytes, entity_id: str | None = None) -> ImportResult:
    """Returns the deployment's result for it."""
    return deployment.container.imports.parse(given, entity_id, NOW)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.usefixtures("site")
def test_a_wrong_thing_is_told_what_it_is_and_never_quoted(deployment: Deployment, name: str) -> None:
    given, code = WRONG[name]
    with pytest.raises(Invalid) as refused:
        parse_import(deployment, given)
    (error,) = refused.value.errors
    assert (error.pointer, error.code) == ("/text", code)
    assert error.detail == refused.value.public
    text = given.decode("latin-1") if isinstance(given, bytes) else given
    assert not any(line in in_english(error.detail) for line in text.splitlines() if len(line) > 40)


def test_the_sentences_are_specific() -> None:
    assert len(WRONG) >= 40
    sentences = [in_english(usual_message(code)) for code in IMPORT_REFUSALS]
    assert len(set(sentences)) == len(sentences)
    assert not any("invalid" in sentence.lower() for sentence in sentences)
    earned = {code for _, code in WRONG.values()}
    elsewhere = {"several_identity_providers", "unknown_entity_id", "metadata_signature_invalid"}
    elsewhere |= {"no_signing_certificate", "encryption_certificate_only", "removed_certificates"}
    assert set(IMPORT_REFUSALS) - earned == elsewhere


@pytest.mark.parametrize(
    "given",
    [
        describe(ONE),
        f'\ufeff <?xml version="1.0" encoding="UTF-8"?>\n{describe(ONE)}\n',
        describe(ONE).encode(),
        describe(ONE).encode("utf-16"),
        b"\xef\xbb\xbf" + describe(ONE).encode(),
        encode(describe(ONE)),
        URL,
        f"  {URL}\n",
        f"Metadata URL: {URL}",
        f"<{URL}>",
        f"[metadata]({URL})",
        f"[{URL}]({URL})",
        f'"{URL}"',
        f"<{URL}>".strip("<>"),
        URL.removeprefix("https://"),
    ],
)
def test_metadata_is_understood_however_it_comes(
    deployment: Deployment, site: MetadataSite, given: str | bytes
) -> None:
    found = parse_import(deployment, given)
    by_address = bool(site.asked)
    assert found.kind is (ImportKind.METADATA_URL if by_address else ImportKind.METADATA)
    assert (found.url, found.issuer) == ("https://idp.test/sso", "https://idp.test")
    assert found.certificates == (ONE.certificate,)
    assert found.metadata_url == (URL if by_address else None)
    expected = {
        "identity_provider_url": "https://idp.test/sso",
        "metadata_binding": "redirect",
        "identity_provider_issuer": "https://idp.test",
        "x509_certificates": [ONE.base64],
    }
    assert found.changes == expected | ({"metadata_url": URL} if by_address else {})


@pytest.mark.parametrize(
    "given",
    [
        ONE.pem,
        ONE.pem.encode(),
        ONE.base64,
        f"\ufeff{ONE.base64[:64]}\r\n  {ONE.base64[64:]}\r\n",
        ONE.der,
        json.dumps(ONE.pem)[1:-1],
        encode(ONE.pem),
        f"Issuer: https://idp.test\n{ONE.pem}Thanks!",
        ONE.pem.encode("utf-16"),
    ],
)
def test_a_certificate_is_understood_in_any_wrapping(deployment: Deployment, given: str | bytes) -> None:
    found = parse_import(deployment, given)
    assert (found.kind, found.certificates) == (ImportKind.CERTIFICATES, (ONE.certificate,))
    assert found.changes == {"x509_certificates": [ONE.base64]}


@pytest.mark.parametrize(
    ("address", "provider", "kind"),
    [
        ("https://acme.okta.com/app/acme_x_1/exk1/sso/saml", Provider.OKTA, ImportKind.SSO_URL),
        ("http://www.okta.com/exk4xk2", Provider.OKTA, ImportKind.ENTITY_ID),
        (f"https://login.microsoftonline.com/{TENANT}/saml2", Provider.ENTRA, ImportKind.SSO_URL),
        (f"https://sts.windows.net/{TENANT}/", Provider.ENTRA, ImportKind.ENTITY_ID),
        ("https://accounts.google.com/o/saml2/idp?idpid=C01", Provider.GOOGLE, ImportKind.SSO_URL),
        ("https://accounts.google.com/o/saml2?idpid=C01", Provider.GOOGLE, ImportKind.ENTITY_ID),
        ("https://acme.onelogin.com/trust/saml2/http-redirect/sso/1", Provider.ONELOGIN, ImportKind.SSO_URL),
        ("https://sts.acme.test/adfs/ls/", Provider.ADFS, ImportKind.SSO_URL),
        ("http://sts.acme.test/adfs/services/trust", Provider.ADFS, ImportKind.ENTITY_ID),
        ("https://sso.jumpcloud.com/saml2/acme", Provider.JUMPCLOUD, ImportKind.SSO_URL),
        (f"https://auth.pingone.eu/{TENANT}/saml20/idp/sso", Provider.PING, ImportKind.SSO_URL),
        (f"https://auth.pingone.com/{TENANT}", Provider.PING, ImportKind.ENTITY_ID),
        ("https://acme.eu.auth0.com/samlp/abc123", Provider.AUTH0, ImportKind.SSO_URL),
        ("urn:acme.eu.auth0.com", Provider.AUTH0, ImportKind.ENTITY_ID),
        ("https://kc.acme.test/realms/acme/protocol/saml", Provider.KEYCLOAK, ImportKind.SSO_URL),
        ("https://kc.acme.test/realms/acme", Provider.KEYCLOAK, ImportKind.ENTITY_ID),
        ("https://idp.acme.test/idp/profile/SAML2/Redirect/SSO", Provider.SHIBBOLETH, ImportKind.SSO_URL),
        ("https://idp.acme.test/saml2/idp/SSOService.php", Provider.SIMPLESAMLPHP, ImportKind.SSO_URL),
        ("https://idp.acme.test/sso", None, ImportKind.SSO_URL),
        ("urn:acme:idp", None, ImportKind.ENTITY_ID),
    ],
)  # fmt: skip
def test_an_address_alone_fills_its_own_field_and_names_its_provider(
    deployment: Deployment, site: MetadataSite, address: str, provider: Provider | None, kind: ImportKind
) -> None:
    found = parse_import(deployment, address)
    field = "identity_provider_url" if kind is ImportKind.SSO_URL else "identity_provider_issuer"
    assert (found.kind, found.provider) == (kind, provider)
    assert {name: value for name, value in found.changes.items() if name != "provider"} == {field: address}
    assert [remark.pointer for remark in found.remarks] == [f"/{field}"]
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("https://acme.okta.com/app/exk1/sso/saml/metadata", Provider.OKTA),
        ("https://login.microsoftonline.com/x/FederationMetadata/2007-06/FederationMetadata.xml", Provider.ENTRA),
        ("https://app.onelogin.com/saml/metadata/1", Provider.ONELOGIN),
        ("https://sts.acme.test/FederationMetadata/2007-06/FederationMetadata.xml", Provider.ADFS),
        ("https://kc.acme.test/realms/acme/protocol/saml/descriptor", Provider.KEYCLOAK),
        ("https://acme.eu.auth0.com/samlp/metadata/abc", Provider.AUTH0),
        ("https://idp.acme.test/idp/shibboleth", Provider.SHIBBOLETH),
        ("https://idp.acme.test/saml2/idp/metadata.php", Provider.SIMPLESAMLPHP),
    ],
)  # fmt: skip
def test_a_vendors_metadata_address_is_fetched_and_names_its_provider(
    deployment: Deployment, site: MetadataSite, address: str, provider: Provider
) -> None:
    site.pages[address] = describe(ONE).encode()
    found = parse_import(deployment, address)
    assert (found.kind, found.provider, found.metadata_url) == (ImportKind.METADATA_URL, provider, address)


def test_of_several_identity_providers_one_is_chosen(deployment: Deployment, site: MetadataSite) -> None:
    site.pages[URL] = SEVERAL.encode()
    for given in (SEVERAL, URL):
        listed = parse_import(deployment, given)
        assert [entity.entity_id for entity in listed.entities or ()] == ["https://idp.test", "two"]
        assert listed.changes == {}
        chosen = parse_import(deployment, given, "two")
        assert (chosen.issuer, chosen.certificates, chosen.entities) == ("two", (TWO.certificate,), None)
        with pytest.raises(Invalid) as refused:
            parse_import(deployment, given, "three")
        assert refused.value.errors[0].code == "unknown_entity_id"


def remarks(deployment: Deployment, text: str) -> list[tuple[str, str]]:
    """Pointers and codes."""
    return [(remark.pointer, remark.code) for remark in parse_import(deployment, text).remarks]


def test_what_is_odd_about_certificates_is_reported_and_the_good_ones_count(deployment: Deployment) -> None:
    expired = [("/x509_certificates/1", "expired")]
    assert remarks(deployment, describe(ONE, OLD)) == expired
    assert remarks(deployment, ONE.pem + OLD.pem) == expired
    assert remarks(deployment, describe(WEAK, ONE)) == [("", "certificate_left_out")]
    encrypting = descriptor(TWO.base64, "encryption")
    found = remarks(deployment, entity(encrypting + descriptor(ONE.base64) + endpoint()))
    assert found == [("", "encryption_certificate_left_out")]


def test_of_more_than_four_certificates_those_in_force_count(deployment: Deployment) -> None:
    found = parse_import(deployment, describe(OLD, *MANY[:4]))
    assert found.certificates == tuple(k.certificate for k in MANY[:4])
    assert [remark.code for remark in found.remarks] == ["certificate_left_out"]


@pytest.mark.parametrize(
    ("days", "code"),
    [(1, "valid_until_soon"), (13, "valid_until_soon"), (3 * 365, None), (11 * 365, "valid_until_far")],
)
def test_how_long_metadata_says_it_is_valid_is_checked(deployment: Deployment, days: int, code: str | None) -> None:
    until = (NOW + timedelta(days=days)).isoformat()
    found = parse_import(deployment, describe(ONE, more=f'validUntil="{until}"'))
    assert found.valid_until == NOW + timedelta(days=days)
    assert [remark.code for remark in found.remarks] == ([code] if code else [])

"""The field that takes anything, on the page: what is said, what stands in the fields then, and what is never shown."""

from __future__ import annotations

from html import unescape

import pytest

from chalicelib.connections.model import ConnectionStatus, Provider
from chalicelib.organizations.model import Organization
from tests.support.browser import Browser
from tests.support.configuration import page_text, pem, reload_connection, save
from tests.support.deployment import Deployment
from tests.support.metadata_site import MetadataSite, site_of
from tests.support.wrong_imports import HTML, ONE, SEVERAL, TWO, URL, WRONG, describe

HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt;"


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


@pytest.fixture
def path(site: MetadataSite, path: str) -> str:
    return path


def read(admin: Browser, path: str, text: str, **fields: str) -> str:
    """Paste, and press Import; the page."""
    admin.get(path)
    return admin.post(path, **({"do": "import", "provider": "other", "import_text": text} | fields)).text


def entries(page: str) -> dict[str, str]:
    """The values of the individual fields."""
    found = {}
    for name in ("identity_provider_url", "identity_provider_issuer"):
        found[name] = unescape(page.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0])
    return found


def test_metadata_by_address_fills_the_classic_fields_and_saves_nothing(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    page = read(admin, path, URL)
    assert "Metadata imported from its URL." in page
    assert "Review it below, then save." in page
    assert entries(page) == {
        "identity_provider_url": "https://idp.test/sso",
        "identity_provider_issuer": "https://idp.test",
    }
    assert "CN=p256-one" in page
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.DRAFT


def test_what_was_read_is_saved_with_the_next_press(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    page = read(admin, path, URL)
    added = page.partition('name="added" value="')[2].partition('"')[0]
    assert (
        admin.post(path, do="save", provider="okta", added=added, reads_metadata="yes", **entries(page)).status == 303
    )
    connection = reload_connection(deployment, acme, path)
    assert connection.status is ConnectionStatus.READY
    assert (connection.metadata_url, connection.provider) == (URL, Provider.OKTA)
    assert [facts.sha256 for facts in connection.certificates] == [ONE.certificate.facts.sha256]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (describe(ONE), "Metadata."),
        (ONE.pem, "Signing certificate imported."),
        (ONE.base64, "Signing certificate imported."),
        ("https://acme.okta.com/app/x/exk1/sso/saml", "Sign-in URL imported."),
        ("http://www.okta.com/exk1f9ab", "Issuer (entity ID) imported."),
    ],
    ids=["metadata", "PEM", "base64", "sign-in address", "issuer"],
)
def test_the_page_says_what_it_understood(admin: Browser, path: str, given: str, said: str) -> None:
    assert said in read(admin, path, given)


@pytest.mark.parametrize("content", [describe(ONE).encode(), ONE.der, ONE.pem.encode()], ids=["XML", "DER", "PEM"])
def test_a_file_is_read_like_a_text(admin: Browser, path: str, content: bytes) -> None:
    admin.get(path)
    page = admin.upload(path, content, do="import", provider="other", import_text="").text
    assert "CN=p256-one" in page
    assert "Review it below, then save." in page


@pytest.mark.parametrize("button", ["enter", "save", "save_and_test"])
def test_what_was_pasted_is_read_whatever_button_comes_next(
    admin: Browser, deployment: Deployment, acme: Organization, path: str, button: str
) -> None:
    assert "Metadata imported from its URL." in read(admin, path, URL, do=button)
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.DRAFT


def test_the_chosen_one_of_several_identity_providers_is_read(admin: Browser, path: str) -> None:
    admin.get(path)
    page = admin.upload(path, SEVERAL.encode(), do="import", provider="other", import_text="").text
    assert "It describes 2 identity providers. Which is yours?" in page
    pasted = unescape(page.partition('name="import_text"')[2].partition(">")[2].partition("</textarea>")[0])
    page = admin.post(path, do="import", provider="other", import_text=pasted, entity_id="two").text
    assert entries(page)["identity_provider_issuer"] == "two"
    assert "CN=p256-two" in page


def test_a_metadata_address_given_as_the_identity_provider_url_is_understood(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    assert save(admin, path, identity_provider_url=URL, identity_provider_issuer="") == 200
    assert "You entered metadata as the Identity Provider URL" in page_text(admin)
    assert entries(page_text(admin))["identity_provider_url"] == "https://idp.test/sso"
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.DRAFT


def test_metadata_given_as_the_certificate_is_understood(admin: Browser, path: str) -> None:
    assert save(admin, path, x509_certificate=describe(ONE)) == 200
    assert "You entered metadata as the certificate" in page_text(admin)


def test_a_metadata_address_that_does_not_answer_is_reported_at_the_field_where_it_was_given(
    admin: Browser, path: str
) -> None:
    assert save(admin, path, identity_provider_url="https://idp.example.com/gone/metadata") == 422
    assert 'href="#identity_provider_url"' in page_text(admin)


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_thing_is_reported_at_the_field_with_its_own_sentence_and_saved_nowhere(
    admin: Browser, deployment: Deployment, acme: Organization, path: str, name: str
) -> None:
    given, _ = WRONG[name]
    if isinstance(given, str) and len(given) > 1000 and not given.strip():
        given = given.encode()
    admin.get(path)
    if isinstance(given, bytes):
        answer = admin.upload(path, given, do="import", provider="other", import_text="")
    else:
        answer = admin.post(path, do="import", provider="other", import_text=given)
    assert answer.status == 422
    assert "<title>Error:" in answer.text
    assert 'href="#import_text"' in answer.text
    sentence = answer.text.partition('id="import_text-e"')[2].partition("<span>")[2].partition("</span>")[0]
    assert len(sentence) > 20
    assert "PRIVATE KEY-----\n" not in answer.text.partition("<textarea")[2].partition("</textarea>")[0]
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.DRAFT


def test_metadata_of_a_live_connection_is_kept_beside_what_is_in_force(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    page = read(admin, path, describe(TWO))
    assert "<b>Saved value:</b> <code>https://idp.acme.test/sso</code>" in page
    assert reload_connection(deployment, acme, path).identity_provider_url == "https://idp.acme.test/sso"


def test_hostile_metadata_stays_text(admin: Browser, path: str) -> None:
    page = read(admin, path, describe(ONE, entity_id=f"https://idp.test/&quot;&gt;{HOSTILE}"))
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert '"><' not in page.partition('name="identity_provider_issuer"')[2].partition("<p")[0]


def test_a_hostile_certificate_stays_text(admin: Browser, path: str) -> None:
    page = read(admin, path, pem("<script>alert(1)</script>"))
    assert "alert(1)" in page
    assert "<script>alert" not in page

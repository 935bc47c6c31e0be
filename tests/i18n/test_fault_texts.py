"""Sentences about wrong input: each has a translation, and none is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS
from chalicelib.i18n import catalog as words
from chalicelib.i18n.catalog import in_english, texts_of
from chalicelib.i18n.fault_texts import localize_fault
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.address import FETCH_FAILURES
from chalicelib.idp_metadata.import_error import IMPORT_REFUSALS, usual_message
from tests.support.browser import Browser
from tests.support.deployment import Deployment
from tests.support.wrong_imports import MANY, OLD, TWO, WEAK, describe

SSO = "https://acme.okta.com/app/acme/exk1"
FILES = {language: texts_of(language, "fault") for language in words.LANGUAGES}
GROUPS = {"import": IMPORT_REFUSALS, "certificate": CERTIFICATE_REFUSALS, "fetch": FETCH_FAILURES}
WARNINGS = {
    "remark.expired": "expired",
    "remark.not_yet": "not_yet_valid",
    "remark.expires_soon": "expires_soon",
    "remark.sha1_signature": "sha1_signature",
    "remark.left_out": "certificate_left_out",
    "remark.too_many": "certificate_left_out",
    "remark.encrypting": "encryption_certificate_left_out",
    "remark.valid_far": "valid_until_far",
    "remark.valid_soon": "valid_until_soon",
    "remark.signed": "signature_not_checked",
    "remark.sso_url_alone": "sso_url_alone",
    "remark.entity_id_alone": "entity_id_alone",
    "remark.no_signing_certificate": "no_signing_certificate",
    "remark.encryption_certificate_only": "encryption_certificate_only",
    "remark.tenant_metadata": "tenant_metadata",
    "remark.metadata_address": "metadata_address",
    "remark.metadata_address_read": "metadata_address",
}
SOURCES = sorted(Path("chalicelib").rglob("*.py"))
HOLE = re.compile(r"{(\w+)}")


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    words.set_language("de")
    yield
    words.set_language(None)


@pytest.mark.parametrize(("group", "code"), [(group, code) for group, codes in GROUPS.items() for code in codes])
def test_every_code_has_a_text_in_both_languages(group: str, code: str) -> None:
    said = message(f"fault.{group}.{code}")
    german = unescape(localize_fault(said))
    words.set_language("en")
    english = unescape(localize_fault(said))
    assert english == in_english(said)
    assert len(english) > 20
    assert german != english
    assert "lang=" not in german


@pytest.mark.parametrize("key", FILES["en"])
def test_a_text_has_the_same_parameters_in_both_languages(key: str) -> None:
    assert sorted(HOLE.findall(FILES["de"][key])) == sorted(HOLE.findall(FILES["en"][key]))


def test_the_tables_of_the_api_say_what_the_catalog_says() -> None:
    """Each row of `docs/api.md` is the English text of its code, character for character."""
    rows = [line for line in Path("docs/api.md").read_text().splitlines() if line.startswith("| `")]
    coded = [(f"{group}.{code}", code) for group, codes in GROUPS.items() for code in codes]
    for key, code in (*coded, *WARNINGS.items()):
        assert f"| `{code}` | {unescape(FILES['en'][key])} |" in rows


def test_every_remark_has_its_row() -> None:
    assert {key for key in FILES["en"] if key.startswith("remark.")} == WARNINGS.keys()


def test_every_message_that_is_made_has_a_text() -> None:
    """Every code in the source has a text in the catalogs."""
    used = {code for file in SOURCES for code in re.findall(r'message\(\s*"fault\.([\w.]+)"', file.read_text())}
    assert len(used) > 30
    assert used <= FILES["en"].keys()


def test_a_message_within_a_message_is_translated_as_well() -> None:
    said = message("fault.remark.left_out", detail=usual_message("weak_key"))
    assert "2048" in localize_fault(said)
    assert not {" the ", " key "} & set(re.findall(r" \w+ ", localize_fault(said)))


def test_everything_that_is_said_of_something_imported_is_translated(deployment: Deployment) -> None:
    weak_beside_good = describe(TWO, WEAK, *MANY, more='validUntil="2026-12-01T00:00:00Z"')
    given = (weak_beside_good, describe(OLD), f"{SSO}/sso/saml", "urn:example:idp")
    for text in given:
        understood = deployment.container.imports.parse(text, None, deployment.now)
        assert understood.remarks, text
        for remark in understood.remarks:
            assert "lang=" not in localize_fault(remark.message), remark.message


def test_a_sentence_that_no_catalogue_has_is_escaped_and_marked_as_english() -> None:
    assert localize_fault("<b>New</b>") == '<span lang="en">&lt;b&gt;New&lt;/b&gt;</span>'


def test_a_german_page_tells_faults_in_german(admin: Browser, path: str) -> None:
    page = admin.get(path, **{"accept-language": "de"})
    assert "Nicht eingerichtet" in page.text
    fields = page.hidden | {"do": "save", "provider": "okta", "identity_provider_url": "http://x.test"}
    headers = {"content-type": "application/x-www-form-urlencoded", "accept-language": "de"}
    answer = admin._sent("POST", path, headers, urlencode(fields).encode())
    assert "<title>Fehler:" in answer.text
    assert "Die Adresse muss mit https:// beginnen." in answer.text

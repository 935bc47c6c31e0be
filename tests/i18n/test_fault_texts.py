"""Sentences about wrong input: each has a translation, and none is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS
from chalicelib.i18n import catalog as words
from chalicelib.i18n.catalog import in_english, localize, texts_of
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.address import FETCH_FAILURES
from chalicelib.idp_metadata.import_error import IMPORT_REFUSALS, usual_message
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
    german = unescape(localize(said))
    words.set_language("en")
    english = unescape(localize(said))
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
    assert "2048" in localize(said)
    assert not {" the ", " key "} & set(re.findall(r" \w+ ", localize(said)))


def test_everything_that_is_said_of_something_imported_is_translated(deployment: Deployment) -> None:
    weak_beside_good = describe(TWO, WEAK, *MANY, more='validUntil="2026-12-01T00:00:00Z"')
    given = (weak_beside_good, describe(OLD), f"{SSO}/sso/saml", "urn:example:idp")
    for text in given:
        understood = deployment.container.imports.parse(text, None, deployment.now)
        assert understood.remarks, text
        for remark in understood.remarks:
            assert "lang=" not in localize(remark.message), remark.message

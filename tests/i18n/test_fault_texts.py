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
from tools.api_docs import WARNINGS

SSO = "https://acme.okta.com/app/acme/exk1"
FILES = {language: texts_of(language, "fault") for language in words.LANGUAGES}
GROUPS = {"import": IMPORT_REFUSALS, "certificate": CERTIFICATE_REFUSALS, "fetch": FETCH_FAILURES}
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

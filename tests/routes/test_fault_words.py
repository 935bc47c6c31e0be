"""Sentences about wrong input: each has a translation, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest

from chalicelib.domain.certificate_text import DETAILS
from chalicelib.domain.import_refusal import IMPORT_REFUSALS
from chalicelib.domain.metadata_address import FETCH_FAILURES
from chalicelib.routes import words
from chalicelib.routes.fault_words import fault_words
from chalicelib.services.connection_address import issuer_errors, url_errors
from chalicelib.settings import Settings
from tests.routes.browser import Browser

OURS = Settings(base_url="https://sso.example.test/api", stage="test")
SENTENCES = {
    *IMPORT_REFUSALS.values(),
    *DETAILS.values(),
    *FETCH_FAILURES.values(),
    *(
        error.detail
        for url in ("a b", "https://[x", "http://idp.test", "https://", f"{OURS.base_url}/saml/x/acs")
        for error in url_errors(url, OURS)
    ),
    *(
        error.detail
        for issuer in (" x", "x" * 1_025, f"{OURS.base_url}/saml/x")
        for error in issuer_errors(issuer, OURS)
    ),
}


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    words.speak("de")
    yield
    words.speak(None)


@pytest.mark.parametrize("sentence", sorted(SENTENCES))
def test_every_sentence_about_wrong_input_is_translated(sentence: str) -> None:
    assert unescape(fault_words(sentence)) != sentence
    assert "lang=" not in fault_words(sentence)
    words.speak("en")
    assert unescape(fault_words(sentence)) == sentence


def test_a_sentence_that_no_catalogue_has_is_escaped_and_marked_as_english() -> None:
    assert fault_words("<b>New</b>") == '<span lang="en">&lt;b&gt;New&lt;/b&gt;</span>'


def test_a_german_page_tells_faults_in_german(admin: Browser, path: str) -> None:
    page = admin.get(path, **{"accept-language": "de"})
    assert "Nicht eingerichtet" in page.text
    fields = page.hidden | {"do": "save", "provider": "okta", "identity_provider_url": "http://x.test"}
    headers = {"content-type": "application/x-www-form-urlencoded", "accept-language": "de"}
    answer = admin._sent("POST", path, headers, urlencode(fields).encode())
    assert "<title>Fehler:" in answer.text
    assert "Die Adresse muss mit https:// beginnen." in answer.text

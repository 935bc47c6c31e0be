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
from tests.deployment import Deployment
from tests.routes.browser import Browser
from tests.services.wrong_imports import MANY, OLD, TWO, WEAK, described

SSO = "https://acme.okta.com/app/acme/exk1"
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


@pytest.mark.parametrize(
    "sentence",
    [
        f"One certificate was left out. {DETAILS['weak_key']}",
        f"The metadata's signing certificate can't be used. {DETAILS['not_a_certificate']}",
        "In the metadata: The address must begin with https://.",
        "The metadata has 7 signing certificates; the 4 that last longest count.",
        "Certificates for encryption only were left out: they sign nothing.",
        "The metadata claims to be valid until 2099. Nobody can promise that.",
        "The metadata is valid until 2026-12-01 only. A metadata address is kept up to date.",
        "The metadata was valid until 2026-11-01 only. Fetch it anew.",
        "The metadata is signed; the signature counts only where its certificate is pinned.",
        "This is longer than 1024 characters. Paste only the value itself.",
        "A connection trusts 4 certificates at most; these are 5.",
    ],
)
def test_a_sentence_with_something_filled_in_is_translated_whole(sentence: str) -> None:
    german = unescape(fault_words(sentence))
    assert "lang=" not in german
    for english_part in (" the ", " is ", " are ", "must"):
        assert english_part not in german
    words.speak("en")
    assert unescape(fault_words(sentence)) == sentence


def test_everything_that_is_said_of_something_imported_is_translated(deployment: Deployment) -> None:
    weak_beside_good = described(TWO, WEAK, *MANY, more='validUntil="2026-12-01T00:00:00Z"')
    given = (weak_beside_good, described(OLD), f"{SSO}/sso/saml", "urn:example:idp")
    for text in given:
        understood = deployment.container.imports.understand(text, None, deployment.now)
        assert understood.remarks, text
        for remark in understood.remarks:
            assert "lang=" not in fault_words(remark.detail), remark.detail


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

"""The catalogues of words: every language says everything, and pages ask for nothing that isn't there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.i18n import catalog as words
from tests.support.browser import Browser
from tests.support.deployment import Deployment

PRODUCT = Path(words.__file__).parents[1]
LOCALES = PRODUCT / "i18n" / "locales"
TEMPLATES = PRODUCT / "templates"
AREAS = sorted(file.stem for file in (LOCALES / "en").glob("*.json"))
OTHERS = words.LANGUAGES[1:]
_ASKED = re.compile(r"\bt\(\s*\"([a-z_]+\.[a-z0-9_.]+)\"(\s*~)?")
_PLACEHOLDER = re.compile(r"{(\w+)}")
_NAMED = re.compile(r"\*\*.+?\*\*")  # names in a vendor's console
_MARKUP = re.compile(r"</?(?:b|code)>|<br>|<a href=\"{\w+}\">|</a>")


def texts(language: str, area: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((LOCALES / language / f"{area}.json").read_text())
    return found


def asked() -> Iterator[tuple[str, bool]]:
    """Keys that templates and routes name, and whether a name is only the beginning of one."""
    for file in (*TEMPLATES.rglob("*.html"), *PRODUCT.rglob("*.py")):
        for key, open_ended in _ASKED.findall(file.read_text()):
            yield key, bool(open_ended) or key.endswith(".")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    words.set_language(None)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_areas_and_keys(language: str) -> None:
    assert sorted(file.stem for file in (LOCALES / language).glob("*.json")) == AREAS
    for area in AREAS:
        assert list(texts(language, area)) == list(texts("en", area)), area


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_has_the_same_placeholders(language: str) -> None:
    for area in AREAS:
        for key, text in texts(language, area).items():
            english_text = texts("en", area)[key]
            assert sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(english_text)), f"{area}.{key}"


def test_german_has_one_word_for_one_thing() -> None:
    others = re.compile(r"Administrator|Single Sign-on|Identity Providers?(?! (?:URL|Issuer|Metadata))")
    for area in AREAS:
        for key, text in texts("de", area).items():
            assert not others.search(_NAMED.sub("", text)), f"{area}.{key}"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_texts_hold_no_markup_that_could_break_a_page(language: str) -> None:
    for area in AREAS:
        for key, text in texts(language, area).items():
            assert not set('<>"') & set(_MARKUP.sub("", text)), f"{area}.{key}"
            assert text.strip() == text, f"{area}.{key}"
            assert text, f"{area}.{key}"


def test_pages_ask_for_no_text_that_is_missing() -> None:
    known = {f"{area}.{key}" for area in AREAS for key in texts("en", area)}
    for key, open_ended in asked():
        if open_ended:
            assert any(name.startswith(key) for name in known), key
        else:
            assert key in known or {f"{key}.one", f"{key}.other"} <= known, key


def test_values_are_escaped_and_the_texts_own_markup_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_find", lambda key: "as <b>{email}</b>")
    assert words.t("any.key", email="<i>x</i>") == "as <b>&lt;i&gt;x&lt;/i&gt;</b>"


def test_a_missing_text_is_an_error() -> None:
    for key in ("page.no_such_text", "no_such_area.text", "../page.skip"):
        with pytest.raises(KeyError):
            words.t(key)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.4, en;q=0.7", "en"),
        ("fr;q=0.9", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("DE;Q=0.5", "de"),
        ("de;q=2", "en"),
        ("de;q=nonsense,", "en"),
        ("de;q=1.0000", "en"),
        ("../../de", "en"),
        ("x," * 30 + "de", "en"),
    ],
)
def test_the_language_is_the_one_of_ours_that_is_preferred(header: str, language: str) -> None:
    assert words.preferred_language(header) == language


def test_dates_are_written_in_the_readers_language() -> None:
    moment = datetime(2027, 3, 5, 7, 9, tzinfo=UTC)
    assert words.day_and_time(moment) == "5 March 2027, 07:09 UTC"
    words.set_language("de")
    assert words.day_and_time(moment) == "5. März 2027, 07:09 UTC"


def test_one_request_in_german_leaves_the_next_in_english(browser: Browser, deployment: Deployment) -> None:
    assert '<html lang="de">' in browser.get("/login", **{"accept-language": "de"}).text
    assert '<html lang="en">' in browser.get("/login").text

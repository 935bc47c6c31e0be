"""Guides in the reader's language: every text exists, and the vendors' own names stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from chalicelib.connections.provider_guides import guides
from chalicelib.i18n import catalog as words
from chalicelib.i18n.catalog import t
from chalicelib.i18n.check_texts import localize_told, tell_in_english
from chalicelib.i18n.emphasis import emphasized
from chalicelib.i18n.message import Message

CATALOG = Path(words.__file__).parent / "locales" / "en" / "guide.json"
STEPS = sorted({step.code for guide in guides().values() for step in (*guide.steps, *guide.traps)})
NAMES = sorted(
    {
        word.text
        for guide in guides().values()
        for word in (guide.acs_url, guide.entity_id, guide.sso_url, guide.issuer, guide.certificate, guide.metadata)
    },
    key=str,
)
_BOLD = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    words.set_language("de")
    yield
    words.set_language(None)


@pytest.mark.parametrize("code", STEPS)
def test_every_step_is_translated_and_keeps_the_consoles_own_words(code: str) -> None:
    german = unescape(str(t(code)))
    words.set_language("en")
    english = unescape(str(t(code)))
    assert german != english
    assert sorted(_BOLD.findall(german)) == sorted(_BOLD.findall(english))
    assert not re.search(r"\*\*\s*\*\*", german)


@pytest.mark.parametrize("code", STEPS)
def test_a_step_is_a_sentence_that_closes_its_emphasis(code: str) -> None:
    for language in words.LANGUAGES:
        words.set_language(language)
        step = str(t(code))
        assert step.endswith(".")
        assert step.count("**") % 2 == 0
        assert step.count("`") % 2 == 0


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_words_of_ours_in_a_name_are_translated_and_the_vendors_names_are_not(name: str | Message) -> None:
    if isinstance(name, Message):
        assert localize_told(name) != tell_in_english(name)
    else:
        assert localize_told(name) == name
        assert not re.search(r"\b(and|or|the|your|our|in|a)\b", name)


def test_the_catalog_of_guides_holds_nothing_that_no_guide_says() -> None:
    said = {*STEPS, *(name.code for name in NAMES if isinstance(name, Message))}
    assert said == {f"guide.{key}" for key in json.loads(CATALOG.read_text())}


def test_names_are_bold_values_are_code_and_all_else_is_escaped() -> None:
    assert emphasized("On **A & B**, `<x>` > y") == "On <b>A &amp; B</b>, <code>&lt;x&gt;</code> &gt; y"
    shown = str(emphasized(t(next(code for code in STEPS if "signatureAlgorithm" in t(code)))))
    assert '<code>"audience"</code>' in unescape(shown)

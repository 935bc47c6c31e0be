"""Guides in the reader's language: nothing is lost, and nobody's own words are changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from chalicelib.domain.provider_guide import guides
from chalicelib.routes import words
from chalicelib.routes.console_words import emphasized, guide_words

CATALOGUE = Path(words.__file__).parents[1] / "pages" / "words" / "en" / "guide.json"
STEPS = sorted({step.text for guide in guides().values() for step in (*guide.steps, *guide.traps)})
NAMES = sorted(
    {
        word.text
        for guide in guides().values()
        for word in (guide.acs_url, guide.entity_id, guide.sso_url, guide.issuer, guide.certificate, guide.metadata)
    }
)
_BOLD = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    words.speak("de")
    yield
    words.speak(None)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_translated_and_keeps_the_consoles_own_words(step: str) -> None:
    german = unescape(str(guide_words(step)))
    assert german != step
    assert sorted(_BOLD.findall(german)) == sorted(_BOLD.findall(step))
    assert not re.search(r"\*\*\s*\*\*", german)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_console_is_left_as_it_is_unless_words_of_ours_stand_in_it(name: str) -> None:
    known = json.loads(CATALOGUE.read_text())
    ours = {unescape(text) for key, text in known.items() if key.startswith("name.")}
    is_ours = name in ours or name.startswith("https://your-server/")
    assert (guide_words(name) != name) is is_ours
    assert is_ours or not re.search(r"\b(and|or|the|your|our|in|a)\b", name)


def test_the_catalogue_of_guides_holds_nothing_that_no_guide_says() -> None:
    every = {*STEPS, *NAMES}
    for key, text in json.loads(CATALOGUE.read_text()).items():
        assert key == "name.server" or unescape(text) in every, key


def test_names_are_bold_values_are_code_and_all_else_is_escaped() -> None:
    assert emphasized("On **A & B**, `<x>` > y") == "On <b>A &amp; B</b>, <code>&lt;x&gt;</code> &gt; y"
    step = next(step for step in STEPS if "signatureAlgorithm" in step)
    for shown in (emphasized(step), emphasized(guide_words(step))):
        assert "<code>&#34;audience&#34;</code>" in str(shown).replace("&quot;", "&#34;")

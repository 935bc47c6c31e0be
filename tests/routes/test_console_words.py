"""Guides and checks in the reader's language: nothing is lost, and nobody's own words are changed."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from chalicelib.adapters import saml
from chalicelib.domain import subject
from chalicelib.domain.attempt import CheckName
from chalicelib.domain.provider_guide import guides
from chalicelib.routes import words
from chalicelib.routes.console_words import check_words, emphasized, guide_words

SAML = sorted(Path(str(saml.__file__)).parent.glob("*.py"))
CATALOGUE = Path(words.__file__).parents[1] / "pages" / "words" / "en" / "guide.json"
STEPS = sorted({step.text for guide in guides().values() for step in (*guide.steps, *guide.traps)})
NAMES = sorted(
    {
        word.text
        for guide in guides().values()
        for word in (guide.acs_url, guide.entity_id, guide.sso_url, guide.issuer, guide.certificate, guide.metadata)
    }
)
SAYS = {"malformed": "readable", "bad_signature": "signature", "unsigned": "signature", "_too_much": "readable"}
CODES_ONLY = {"XML", "XML 1.0", "CipherValue", "CipherReference"}  # the same in every language
_BOLD = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


FRAGMENTS = (
    " s either way",
    "'missing'",
    ", too long ago",
    ", before our request with ForceAuthn",
    "} by {",
    "and NotOnOrAfter {",
    "none of the mapped attributes; received: ",
    "no attributes",
)


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    words.speak("de")
    yield
    words.speak(None)


def written(node: ast.expr) -> str | None:
    """A text in the source; what is filled in stands there as a word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return None


def said() -> Iterator[tuple[str, str]]:
    """Check and sentence of everything that a refusal of the verifier says, read out of its source."""
    for file in SAML:
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            check = SAYS.get(node.func.id)
            named = [k.value for k in node.keywords if k.arg in {"expected", "received"}]
            if node.func.id == "Refused" and isinstance(node.args[1:2] and node.args[1], ast.Attribute):
                check = node.args[1].attr.lower()  # type: ignore[attr-defined]
            for text in map(written, (*(node.args if node.func.id in SAYS else ()), *named)):
                if check and text and text != "x" and text not in CODES_ONLY and not text.startswith("urn:"):
                    yield check, text


SAID = sorted({*said()})
RULES = [
    ("recipient", "no bearer SubjectConfirmation"),
    ("subject", "no Subject with a bearer confirmation that we can read"),
    ("subject", "a blank NameID"),
    ("subject", "a Subject that is somebody"),
    ("request", "unsolicited"),
    ("request", "a request of this browser"),
    ("times", "2026-11-23T09:00:00Z, 180 s either way"),
    ("times", "SubjectConfirmationData/NotBefore, which must not be there"),
    ("times", "NotBefore 2026-11-23T09:00:00Z and NotOnOrAfter 2026-11-23T08:00:00Z"),
    ("times", "SubjectConfirmationData/NotOnOrAfter missing"),
    ("times", "Assertion/IssueInstant 2026-11-23T09:00:00Z, too long ago"),
    ("times", "AuthnInstant 2026-11-23T09:00:00Z, before our request with ForceAuthn"),
    ("signature", f"Assertion RSA-SHA256 by {'ab' * 32}"),
    ("signature", f"Response RSA-SHA256 by {'ab' * 32}, Assertion ECDSA-SHA384 by {'cd' * 32}"),
    ("email", "one e-mail address"),
    ("email", "none of the mapped attributes; received: no attributes"),
    ("email", "none of the mapped attributes; received: uid, groups"),
]


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


def test_the_source_of_the_verifier_was_read() -> None:
    assert ("signature", "a signature by one of x") in SAID
    assert ("readable", "well-formed XML") in SAID
    assert len(SAID) > 50


@pytest.mark.parametrize(("check", "sentence"), [*SAID, *RULES])
def test_everything_that_a_check_says_is_translated(check: str, sentence: str) -> None:
    assert unescape(str(check_words(sentence, CheckName(check)))) != sentence
    words.speak("en")
    assert check_words(sentence, CheckName(check)) == sentence


def test_the_rules_still_say_so() -> None:
    source = "".join(file.read_text() for file in (*SAML, Path(subject.__file__)))
    for part in (*FRAGMENTS, *(sentence for _, sentence in RULES if not re.search(r"\d|missing|received", sentence))):
        assert part in source, part


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (CheckName.ISSUER, "none"),
        (CheckName.AUDIENCE, "another encoding"),
        (CheckName.STATUS, "urn:x / User missing"),
        (CheckName.EMAIL, "mail: none"),
        (CheckName.RECIPIENT, "https://elsewhere.test missing"),
        (CheckName.READABLE, "x" * 3000 + " once"),
    ],
)
def test_what_the_identity_provider_said_itself_is_never_translated(check: CheckName, text: str) -> None:
    assert check_words(text, check) == text


def test_a_strangers_words_in_a_translated_sentence_are_escaped() -> None:
    assert "<b>" not in check_words("none of the mapped attributes; received: <b>x</b>", CheckName.EMAIL)


def test_names_are_bold_values_are_code_and_all_else_is_escaped() -> None:
    assert emphasized("On **A & B**, `<x>` > y") == "On <b>A &amp; B</b>, <code>&lt;x&gt;</code> &gt; y"
    step = next(step for step in STEPS if "signatureAlgorithm" in step)
    for shown in (emphasized(step), emphasized(guide_words(step))):
        assert "<code>&#34;audience&#34;</code>" in str(shown).replace("&quot;", "&#34;")

"""README and glossary name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
# Terms of the glossary and their definition in the code. Unverified response and assertion are types of their own.
WORDS = {
    "organization": "class Organization",
    "user": "class User",
    "connection": "class Connection",
    "service provider": "class ServiceProvider",
    "sign-in attempt": "class Attempt",
    "unverified response": "UnverifiedResponse = NewType",
    "assertion": "class Assertion",
    "NameID": "class NameID",
    "login policy": "class LoginPolicy",
    "home-realm discovery": "class HomeRealmDiscovery",
    "relay state": "def relay_state",
}
CODE = "\n".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_glossary_is_the_word_of_the_code(word: str) -> None:
    assert re.search(rf"^\| {word}( \([A-Za-z]+\))? \|", GLOSSARY, re.MULTILINE)
    assert WORDS[word] in CODE


@pytest.mark.parametrize("target", re.findall(r"make ([a-z]+)", README))
def test_a_command_that_the_readme_names_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#]+)\)", README + (ROOT / "CONTRIBUTING.md").read_text()))
def test_a_file_that_readme_or_contributing_links_is_there(path: str) -> None:
    assert (ROOT / path).is_file()

"""The vocabulary of the code, the docs and the English catalogs: no banned word in any file that is already clean."""

from __future__ import annotations

import pytest

from tests.support.vocabulary import ALLOWED, all_uses, uses_in_catalog, uses_in_python, uses_in_text
from tests.support.vocabulary_remaining import REMAINING


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """Every use that is not allowed, by file."""
    uses: dict[str, list[str]] = {}
    for use in all_uses():
        uses.setdefault(use.path, []).append(f"{use.path}:{use.line}: {use.word}: {use.text}")
    return uses


def test_clean_files_stay_clean(found: dict[str, list[str]]) -> None:
    assert [line for path, lines in found.items() if path not in REMAINING for line in lines] == []


def test_files_that_became_clean_leave_the_list(
    found: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nvocabulary: {sum(map(len, found.values()))} uses remain in {len(found)} files")
    assert sorted(REMAINING - found.keys()) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def nobody_can_t_sign_in(): pass", ["can_t", "nobody"]),
        ("class HouseRules: pass", ["house"]),
        ("x = 1  # for somebody else", ["somebody"]),
        ('"""Whether it works."""', ["whether"]),
        ('"""What it does."""', ["what"]),
        ("""'''Verifies a response.'''\nx = "nobody in a text"\nroomy = 1""", []),
    ],
)
def test_names_comments_and_docstrings_are_checked(source: str, words: list[str]) -> None:
    assert sorted(use.word for use in uses_in_python("x.py", source)) == words


def test_documents_are_checked_by_line() -> None:
    (use,) = uses_in_text("x.md", "fine\nthe rooms of it")
    assert (use.line, use.word) == (2, "rooms")


def test_the_texts_of_a_catalog_are_checked_and_its_keys_are_not() -> None:
    (use,) = uses_in_catalog("en/x.json", '{"nobody": {"left": "Everybody else"}}')
    assert use.word == "everybody"


def test_allowed_words_are_still_used() -> None:
    for path, words in ALLOWED.items():
        with open(path) as file:
            text = file.read().lower()
        assert [word for word in words if word not in text] == [], path

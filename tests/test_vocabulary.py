"""The vocabulary of the code, the docs and the English catalogs: no banned word in any file."""

from __future__ import annotations

import pytest

from tests.support.vocabulary import ALLOWED, all_uses, uses_in_catalog, uses_in_python, uses_in_text


def test_no_file_uses_a_banned_word() -> None:
    assert [f"{use.path}:{use.line}: {use.word}: {use.text}" for use in all_uses()] == []


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

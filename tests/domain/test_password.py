from __future__ import annotations

import pytest

from chalicelib.domain.password import LONGEST, password_fault


@pytest.mark.parametrize(
    "password", ["correct horse battery", "x9$kQ!m2Lp0z", "ünïcödé-pässwörd", "four words and more"]
)
def test_long_passwords_may_be_used_whatever_they_are_made_of(password: str) -> None:
    assert password_fault(password, "a@acme.test") is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "at least 12"),
        ("x" * (LONGEST + 1), "at most"),
        ("aaaaaaaaaaaaaaaa", "different"),
        ("ababababababab", "different"),
        ("Somebody@Acme.test!", "e-mail address"),
    ],
)
def test_each_fault_has_its_own_sentence(password: str, word: str) -> None:
    fault = password_fault(password, "somebody@acme.test")
    assert fault is not None
    assert word in fault.sentence

from __future__ import annotations

import pytest

from chalicelib.i18n.message import Message, message
from chalicelib.saml.check import MAX_TEXT_LENGTH, Check, CheckName


@pytest.mark.parametrize("text", ["", "x", "x" * 1_000, None])
def test_what_an_ordinary_check_tells_stays_whole(text: str | None) -> None:
    assert MAX_TEXT_LENGTH == 1_000
    check = Check(CheckName.ISSUER, False, text, text)
    assert (check.expected, check.received) == (text, text)


def test_what_is_cut_shows_it() -> None:
    check = Check(CheckName.ISSUER, False, "y" * 1_001, "x" * 2_000)
    assert (check.expected, check.received) == ("y" * 999 + "…", "x" * 999 + "…")


def test_the_texts_of_a_message_are_cut_to_the_same_length_together() -> None:
    nested = message("check.times.missing", name="z" * 900)
    check = Check(CheckName.ISSUER, False, message("check.times.window", start="x" * 600, end=nested), "y")
    assert check.expected == message(
        "check.times.window", start="x" * 600, end=message("check.times.missing", name="z" * 399 + "…")
    )


def test_many_parameters_that_are_too_long_leave_no_more_than_the_bound() -> None:
    many = message("check.x.y", **{f"p{n}": "x" * 1_000 for n in range(30)})
    kept = Check(CheckName.ISSUER, False, many).expected
    assert isinstance(kept, Message)
    assert sum(len(str(value)) for _, value in kept.parameters) == MAX_TEXT_LENGTH

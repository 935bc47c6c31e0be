from __future__ import annotations

import pytest

from chalicelib.domain.attempt import TEXT_LONGEST, Check, CheckName


@pytest.mark.parametrize("text", ["", "x", "x" * 1_000, None])
def test_what_an_ordinary_check_tells_stays_whole(text: str | None) -> None:
    assert TEXT_LONGEST == 1_000
    check = Check(CheckName.ISSUER, False, text, text)
    assert (check.expected, check.received) == (text, text)


def test_what_is_cut_shows_it() -> None:
    check = Check(CheckName.ISSUER, False, "y" * 1_001, "x" * 2_000)
    assert (check.expected, check.received) == ("y" * 999 + "…", "x" * 999 + "…")

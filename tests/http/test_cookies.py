from __future__ import annotations

import pytest

from chalicelib.http.cookies import cookies_in


@pytest.mark.parametrize("header", [None, "", ";", "=", " ; "])
def test_no_cookie_has_no_name(header: str | None) -> None:
    assert not any(cookies_in(header))


def test_blanks_around_pairs_are_none_of_theirs_and_the_first_of_two_counts() -> None:
    assert cookies_in("a=1; b=2=3;\tc=; a=4; d") == {"a": "1", "b": "2=3", "c": ""}


@pytest.mark.parametrize("space", ["\x85", "\xa0", "\u2000", "\u3000", "\x0b", "\x0c", "\x1c", "\u2028"])
def test_no_other_space_turns_a_neighbours_cookie_into_one_of_ours(space: str) -> None:
    tossed = f"{space}__Host-gatehouse_session=theirs; __Host-gatehouse_session=ours"
    assert cookies_in(tossed)["__Host-gatehouse_session"] == "ours"

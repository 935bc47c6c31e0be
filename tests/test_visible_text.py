from __future__ import annotations

import pytest

from chalicelib.visible_text import has_only_visible_characters

_HIDDEN = ["\n", "\x00", "\x7f", "\x85", "\u202e", "\u2066", "\ufeff", "\u200b", "\u2028", "\u00ad", "\ud800"]


@pytest.mark.parametrize("text", ["", " ", "\u00a0", *(f"a{character}b" for character in _HIDDEN)])
def test_nothing_hides_in_a_name_or_turns_it_round(text: str) -> None:
    assert not has_only_visible_characters(text)

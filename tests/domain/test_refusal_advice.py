from __future__ import annotations

import pytest

from chalicelib.domain.refusal import RefusalCode
from chalicelib.domain.refusal_advice import ADVICE


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_code_says_what_happened_and_who_must_change_what(code: RefusalCode) -> None:
    advice = ADVICE[code]
    assert not advice.title.endswith(".")
    assert advice.explanation.endswith(".")
    assert advice.what_to_do.endswith(".")
    assert code.value not in advice.title + advice.explanation + advice.what_to_do


def test_no_two_codes_share_a_title() -> None:
    assert len({advice.title for advice in ADVICE.values()}) == len(RefusalCode)

"""Documents that strangers send leave nothing behind: libxml2 keeps names for as long as their dictionary lives."""

from __future__ import annotations

import pytest

from tests.attacks.memory_growth import KINDS, left_behind
from tests.support.identity_provider import IDP_ISSUER


def test_two_thousand_messages_of_new_names_leave_nothing_behind_and_the_next_sign_in_and_import_work() -> None:
    found = left_behind("names", 2_000)
    assert found["grown"] < 20
    assert (found["refusal"], found["imported"]) == ("None", IDP_ISSUER)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "names"])
def test_other_documents_with_new_names_or_white_space_leave_nothing_behind(kind: str) -> None:
    found = left_behind(kind, 200)
    assert found["grown"] < 4
    assert (found["refusal"], found["imported"]) == ("None", IDP_ISSUER)

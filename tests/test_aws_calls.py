"""The recording itself: what the product asks is noted under its function, what others ask is not."""

from __future__ import annotations

import pytest

from ops import __main__ as operator
from tests import aws_calls
from tests.deployment import deployed


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str, str]]:
    noted: set[tuple[str, str, str]] = set()
    monkeypatch.setattr(aws_calls, "_seen", noted)
    return noted


def _functions(seen: set[tuple[str, str, str]]) -> set[str]:
    return {function for function, _, _ in seen}


def test_a_service_asks_as_the_api(seen: set[tuple[str, str, str]]) -> None:
    with deployed() as made:
        assert not seen
        made.container.organizations.page(limit=1)
    assert {(function, action) for function, action, _ in seen} == {("api_handler", "dynamodb:Query")}


def test_what_the_schedule_asks_is_its_own(seen: set[tuple[str, str, str]]) -> None:
    with deployed() as made:
        made.container.metadata_refresh.run(made.now, lambda: True)
    assert _functions(seen) == {"refresh_metadata"}


def test_what_a_test_prepares_and_what_an_operator_asks_is_left_out(
    seen: set[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with deployed() as made:
        made.organization()
        monkeypatch.setattr(operator, "current", lambda: made.container)
        assert operator.main(["key", "create"]) == 0
    assert seen == set()

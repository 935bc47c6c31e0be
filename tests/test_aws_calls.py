"""The recording itself: what the product asks is noted under its function, what others ask is not."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from chalicelib.signing_keys.rotation import KeyPurpose
from ops import __main__ as operator
from ops.provision.functions import FOR_OPERATORS, SCHEDULED
from tests.support import aws_calls
from tests.support.deployment import new_deployment
from tests.support.layout import files_of


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str, str]]:
    noted: set[tuple[str, str, str]] = set()
    monkeypatch.setattr(aws_calls, "_seen", noted)
    return noted


def _functions(seen: set[tuple[str, str, str]]) -> set[str]:
    return {function for function, _, _ in seen}


def test_a_service_asks_as_the_api(seen: set[tuple[str, str, str]]) -> None:
    with new_deployment() as made:
        assert not seen
        made.container.organizations.page(limit=1)
    assert {(function, action) for function, action, _ in seen} == {("api_handler", "dynamodb:Query")}


def test_what_the_schedule_asks_is_its_own(seen: set[tuple[str, str, str]]) -> None:
    with new_deployment() as made:
        made.container.metadata_refresh.run(made.now, lambda: True)
    assert _functions(seen) == {"refresh_metadata"}


def test_what_a_test_prepares_and_what_an_operator_asks_is_left_out(
    seen: set[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_deployment() as made:
        made.organization()
        monkeypatch.setattr(operator, "current", lambda: made.container)
        assert operator.main(["key", "create"]) == 0
    assert seen == set()


def test_what_is_for_operators_is_left_out_and_no_route_calls_it(seen: set[tuple[str, str, str]]) -> None:
    with new_deployment() as made:
        made.container.key_rotation.step(KeyPurpose.COOKIES, made.now)
    assert seen == set()
    methods = {each.rpartition(".")[2] for each in FOR_OPERATORS}
    for path in (*files_of("web"), *Path("chalicelib/http").rglob("*.py")):
        assert not [each for each in methods if f"key_rotation.{each}(" in path.read_text()], path


def test_every_name_by_which_calls_are_distinguished_is_a_method() -> None:
    for name in {*FOR_OPERATORS, *(entry for function in SCHEDULED for entry in function.entries)}:
        module, owner, method = name.rsplit(".", 2)
        assert callable(getattr(getattr(import_module(module), owner), method))

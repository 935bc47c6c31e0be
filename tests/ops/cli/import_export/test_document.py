from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.organizations.model import Plan
from ops.cli.import_export.document import document_of, value_in


@dataclass(frozen=True)
class Inner:
    word: str


@dataclass(frozen=True)
class Outer:
    plan: Plan
    at: datetime
    until: date | None
    count: int
    is_on: bool
    inner: Inner | None = None
    more: tuple[Inner, ...] = ()
    words: tuple[str, ...] = ()


WHOLE = Outer(
    Plan.STANDARD, datetime(2026, 11, 23, 9, 0, 0, 5000, tzinfo=UTC), date(2027, 1, 1), 3, True, Inner("x"),
    (Inner("y"),), ("a", "b"),
)  # fmt: skip
LEAST: dict[str, Any] = {"plan": "standard", "at": "2026-11-23T09:00:00Z", "until": None, "count": 3, "is_on": False}


def test_a_value_comes_back_equal() -> None:
    assert value_in(Outer, json.loads(json.dumps(document_of(WHOLE)))) == WHOLE


def test_a_missing_field_has_its_default() -> None:
    assert value_in(Outer, LEAST).more == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan": "golden"}, {"plan": 1}, {"at": "yesterday"}, {"until": 5}, {"count": "3"}, {"count": True},
        {"is_on": 1}, {"inner": "x"}, {"inner": {}}, {"more": {"word": "x"}}, {"words": "ab"}, {"words": [1]},
        {"inner": {"word": "x", "other": 1}}, {"unknown": 1}, {"count": None},
    ],
)  # fmt: skip
def test_what_is_of_another_type_is_named(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        value_in(Outer, LEAST | wrong)


def test_what_is_required_is_named() -> None:
    with pytest.raises(ValueError, match="count: Field required"):
        value_in(Outer, {name: value for name, value in LEAST.items() if name != "count"})

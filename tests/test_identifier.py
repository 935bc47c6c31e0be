from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.identifier import is_id, new_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_identifiers_sort_by_time() -> None:
    made = [new_id("att", now=NOW + timedelta(milliseconds=n)) for n in range(50)]
    assert made == sorted(made)


def test_identifiers_of_one_instant_differ() -> None:
    assert len({new_id("conn", now=NOW) for _ in range(500)}) == 500


def test_all_identifiers_of_a_kind_are_equally_long() -> None:
    times = [datetime(1970, 1, 1, tzinfo=UTC), NOW, datetime(9999, 1, 1, tzinfo=UTC)]
    assert {len(new_id("conn", now=moment)) for moment in times} == {37}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "conn_",
        "conn_" + "0" * 31,
        "conn_" + "0" * 33,
        "org_" + "0" * 32,
        "conn_" + "0" * 31 + "l",
        "CONN_" + "0" * 32,
        "conn_" + "0" * 31 + "A",
        "conn_" + "0" * 32 + "\n",
        "conn_" + "\u0660" * 32,
    ],
)
def test_nothing_else_has_the_shape_of_an_identifier(text: str) -> None:
    assert not is_id(text, "conn")


def test_an_identifier_has_its_shape() -> None:
    assert is_id(new_id("conn", now=NOW), "conn")

from __future__ import annotations

import json
from datetime import UTC, datetime

from chalicelib.organizations.model import Plan
from ops.cli.output import Listing, Record, format_output

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_record_is_one_object_for_programs() -> None:
    record = Record({"plan": Plan.STANDARD, "at": AT, "names": ("a", "b"), "none": None})
    assert json.loads(format_output(record, as_json=True)) == {
        "plan": "standard",
        "at": "2026-11-23T09:00:00Z",
        "names": ["a", "b"],
        "none": None,
    }


def test_a_record_is_aligned_lines_and_tables_for_people() -> None:
    record = Record({"id": "x", "is_there": True, "none": None, "checks": [{"name": "times", "passed": False}]})
    assert format_output(record, as_json=False).splitlines() == [
        "id:       x",
        "is_there: yes",
        "none:     -",
        "",
        "checks:",
        "name   passed",
        "times  no",
    ]


def test_a_listing_is_a_list_object_for_programs_with_all_that_is_known() -> None:
    listing = Listing(("a",), [{"a": 1, "b": 2}], {"after": "x"})
    assert json.loads(format_output(listing, as_json=True)) == {
        "object": "list",
        "data": [{"a": 1, "b": 2}],
        "after": "x",
    }


def test_a_listing_of_nothing_says_so() -> None:
    assert format_output(Listing(("a",), []), as_json=False) == "none"


def test_a_listings_notes_are_for_people_and_stand_below_the_table() -> None:
    listing = Listing(("a",), [{"a": 1}], {"left": {}}, ("x: do this",))
    assert format_output(listing, as_json=False).splitlines() == ["a", "1", "", "x: do this", "", "left: -"]
    assert "do this" not in format_output(listing, as_json=True)


def test_hostile_text_cannot_reach_the_terminal() -> None:
    shown = format_output(Listing(("a",), [{"a": "x\x1b]0;pwned\x07\r\n\u202ey"}]), as_json=False)
    assert shown.splitlines()[1:] == ["x\N{REPLACEMENT CHARACTER}]0;pwned" + "\N{REPLACEMENT CHARACTER}" * 4 + "y"]

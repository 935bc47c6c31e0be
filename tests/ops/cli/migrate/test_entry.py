from __future__ import annotations

import pytest

from ops.cli.migrate.entry import attribute_mapping, first_name, objects_in, texts_of


@pytest.mark.parametrize("document", [[{"a": 1}], {"data": [{"a": 1}]}, {"a": 1}, {"connections": [{"a": 1}]}])
def test_objects_are_found_in_a_list_in_a_wrapper_or_alone(document: object) -> None:
    assert list(objects_in(document)) == [{"a": 1}]


@pytest.mark.parametrize("document", ["text", 3, None, [1], [{"a": 1}, None]])
def test_a_file_of_something_else_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match="object"):
        list(objects_in(document))


def test_a_name_is_one_line_that_hides_nothing() -> None:
    assert first_name("a\nb") == "a b"
    assert first_name(None, "", "\u202eevil", "good") == "good"
    assert len(first_name("x" * 1000)) == 200


def test_texts_are_a_list_or_one() -> None:
    assert texts_of({"a": ["x", 1, " "]}, "a") == ("x",)
    assert texts_of({"a": "x"}, "a") == ("x",)
    assert texts_of({}, "a") == ()


def test_a_mapping_keeps_the_usual_names_behind_theirs_and_no_oversized_ones() -> None:
    found = attribute_mapping(email=["mine", "x" * 257, "a\x00b"], groups=[])
    assert found["email"][0] == "mine"
    assert "mail" in found["email"]
    assert all(len(name) <= 256 and name.isprintable() for name in found["email"])
    assert "groups" not in found

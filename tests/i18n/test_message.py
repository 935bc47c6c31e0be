"""Messages: sentences as code and parameters."""

from __future__ import annotations

from chalicelib.i18n.catalog import in_english, localize, set_language
from chalicelib.i18n.message import MAX_PARAMETER_LENGTH, message, message_from_item, message_to_item


def test_a_message_survives_being_stored() -> None:
    nested = message("check.times.missing", name=message("check.readable.one_of", name="NotBefore"))
    counted = message("check.readable.characters", number=3)
    assert message_from_item(message_to_item(nested)) == nested
    assert message_from_item(message_to_item(counted)) == counted


def test_a_parameter_that_a_stranger_made_long_is_cut() -> None:
    ((_, value),) = message("check.times.missing", name="x" * 5_000).parameters
    assert isinstance(value, str)
    assert len(value) == MAX_PARAMETER_LENGTH


def test_a_page_escapes_parameters_and_the_api_gives_them_plain() -> None:
    hostile = message("check.times.missing", name="<b>&amp;{0}")
    assert str(localize(hostile)) == "&lt;b&gt;&amp;amp;{0} missing"
    assert in_english(hostile) == "<b>&amp;{0} missing"


def test_nested_messages_are_rendered_in_the_same_language() -> None:
    nested = message("check.times.missing", name=message("check.signature.no_signature"))
    assert in_english(nested) == "no signature missing"
    set_language("de")
    try:
        assert "no signature" not in localize(nested)
    finally:
        set_language(None)

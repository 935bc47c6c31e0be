"""Raw values on pages: nothing that decides is invisible."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from chalicelib.http.visible_text import difference, visible
from chalicelib.i18n.check_texts import shown_check
from chalicelib.i18n.message import message
from chalicelib.saml.check import Check, CheckName

ISSUER = "https://idp.acme.example/saml/entity"


def span(name: str, glyphs: str) -> str:
    return f'<span class="ws" role="img" aria-label="{name}">{glyphs}</span>'


def test_a_line_break_behind_the_issuer_is_seen_and_marked() -> None:
    shown = shown_check(Check(CheckName.ISSUER, False, ISSUER, f"{ISSUER}\n"))
    assert shown.expected == ISSUER
    assert shown.received == f"{ISSUER}<mark>{span('line feed', '↵')}</mark>"
    assert shown.differs_at == len(ISSUER) + 1


def test_blanks_are_shown_where_they_may_be_one_too_many() -> None:
    assert visible("one two") == "one two"
    assert visible(" one  two\t") == f"{span('space', '·')}one{span('space', '··')}two{span('tab', '⇥')}"
    assert visible("a\u00a0b\u200bc") == f"a{span('no-break space', '[NBSP]')}b{span('U+200B', '[U+200B]')}c"


def test_a_single_blank_that_is_the_difference_is_shown() -> None:
    shown = shown_check(Check(CheckName.AUDIENCE, False, "urn:a b", "urn:ab"))
    assert shown.expected == f"urn:a<mark>{span('space', '·')}</mark>b"
    assert shown.received == "urn:ab"


def test_only_what_differs_is_marked_and_values_without_anything_in_common_are_not() -> None:
    shown = shown_check(Check(CheckName.AUDIENCE, False, "https://one.test/x", "https://two.test/x"))
    assert (shown.expected, shown.received) == ("https://<mark>one</mark>.test/x", "https://<mark>two</mark>.test/x")
    other = shown_check(Check(CheckName.AUDIENCE, False, "abc", "xyz"))
    assert (other.expected, other.received, other.differs_at) == ("abc", "xyz", None)


def test_words_of_ours_and_values_of_passed_checks_are_shown_as_they_are() -> None:
    words = shown_check(Check(CheckName.EMAIL, False, message("check.email.one_address"), "mail: a@acme.test "))
    assert words.expected == "one email address"
    assert words.received == f"mail: a@acme.test{span('space', '·')}"
    passed = shown_check(Check(CheckName.EMAIL, True, None, "a  b"))
    assert (passed.expected, passed.received) == (None, "a  b")


@given(st.text(alphabet="ab \n<&", max_size=12), st.text(alphabet="ab \n<&", max_size=12))
def test_a_difference_is_what_remains_between_a_common_start_and_end(one: str, other: str) -> None:
    start, end = difference(one, other)
    assert one[:start] == other[:start]
    assert one[len(one) - end :] == other[len(other) - end :]
    assert start + end <= min(len(one), len(other))
    changed = one[start : len(one) - end], other[start : len(other) - end]
    assert changed != ("", "") or one == other
    assert not all(changed) or changed[0][0] != changed[1][0]


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_was_received_no_text_becomes_markup(one: str, other: str) -> None:
    shown = shown_check(Check(CheckName.ISSUER, False, one, other))
    for text in (shown.expected, shown.received):
        assert isinstance(text, Markup)
        rest = str(text)
        for tag in ("<mark>", "</mark>", "</span>", '<span class="ws" role="img" aria-label='):
            rest = rest.replace(tag, "")
        assert "<" not in rest


def test_a_thousand_blanks_and_line_breaks_make_a_page_of_bounded_size() -> None:
    worst = max((" \n" * 500, "a  " * 334, "\u200b" * 1_000), key=lambda text: len(visible(text)))
    assert len(visible(worst)) < 40_000

"""Renders the expected and received values of checks for pages, the API and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.http.visible_text import difference, visible
from chalicelib.i18n.catalog import in_english, localize
from chalicelib.i18n.message import Message

if TYPE_CHECKING:
    from markupsafe import Markup

    from chalicelib.saml.check import Check, Told


def localize_told(told: Told) -> Markup | str:
    """Renders a value in the user's language, for a page. Raw values are returned unchanged."""
    if isinstance(told, str):
        return told
    try:
        return localize(told)
    except KeyError:  # stored by an earlier release whose catalog had this text
        return _format_unknown(told)


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A check on a page.

    Attributes:
        differs_at: position of the first differing character, for two raw values with a common part.
    """

    expected: Markup | str | None
    received: Markup | str | None
    differs_at: int | None = None


def shown_check(check: Check) -> ShownCheck:
    """Renders a check's values for a page. For a failed check, white space is visible and the difference is marked."""
    expected, received = check.expected, check.received
    if check.passed:
        return ShownCheck(_localize(expected), _localize(received))
    if not isinstance(expected, str) or not isinstance(received, str) or expected == received:
        return ShownCheck(_show(expected), _show(received))
    start, end = difference(expected, received)
    if start + end == 0:
        return ShownCheck(visible(expected), visible(received))
    marked = [visible(text, (start, len(text) - end)) for text in (expected, received)]
    return ShownCheck(marked[0], marked[1], start + 1)


def _localize(told: Told | None) -> Markup | str | None:
    return None if told is None else localize_told(told)


def _show(told: Told | None) -> Markup | str | None:
    return visible(told) if isinstance(told, str) else _localize(told)


def tell_in_english(told: Told | None) -> str | None:
    """Renders a value in English, for the API, reports and the command line. Raw values are returned unchanged."""
    if told is None or isinstance(told, str):
        return told
    try:
        return in_english(told)
    except KeyError:
        return _format_unknown(told)


def _format_unknown(told: Message) -> str:
    values = ", ".join(
        _format_unknown(value) if isinstance(value, Message) else str(value) for _, value in told.parameters
    )
    return f"{told.code}: {values}" if values else told.code

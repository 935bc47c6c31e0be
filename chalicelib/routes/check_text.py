"""What a check expected or received, as pages, the API and the operator's commands show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.message import Message
from chalicelib.routes.words import in_english, localize

if TYPE_CHECKING:
    from markupsafe import Markup

    from chalicelib.domain.attempt import Told


def localize_told(told: Told) -> Markup | str:
    """In the reader's language, for a page; a raw value stays as it is."""
    if isinstance(told, str):
        return told
    try:
        return localize(told)
    except KeyError:  # stored by an earlier release, and the catalog has changed since
        return _unknown(told)


def tell_in_english(told: Told | None) -> str | None:
    """In English, for the API, the report and the command line; a raw value stays as it is."""
    if told is None or isinstance(told, str):
        return told
    try:
        return in_english(told)
    except KeyError:
        return _unknown(told)


def _unknown(told: Message) -> str:
    values = ", ".join(_unknown(value) if isinstance(value, Message) else str(value) for _, value in told.parameters)
    return f"{told.code}: {values}" if values else told.code

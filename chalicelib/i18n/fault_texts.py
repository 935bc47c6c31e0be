"""Localizes errors of user input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.i18n.catalog import english, localize

if TYPE_CHECKING:
    from markupsafe import Markup

    from chalicelib.i18n.message import Message


def localize_fault(detail: str | Message) -> Markup:
    """Renders a message. Plain text has no translation and is marked as English."""
    return english(detail) if isinstance(detail, str) else localize(detail)

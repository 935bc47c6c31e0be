"""What is wrong with something that was given, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.i18n.catalog import english, localize

if TYPE_CHECKING:
    from markupsafe import Markup

    from chalicelib.i18n.message import Message


def localize_fault(detail: str | Message) -> Markup:
    """Renders a message; a plain text, which pages have no translation for, is marked as English."""
    return english(detail) if isinstance(detail, str) else localize(detail)

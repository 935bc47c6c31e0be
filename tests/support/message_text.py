"""The English text of a check's result."""

from __future__ import annotations

from chalicelib.i18n.check_texts import tell_in_english
from chalicelib.saml.check import Told


def told(value: Told | None) -> str | None:
    """The text that the API shows."""
    return tell_in_english(value)

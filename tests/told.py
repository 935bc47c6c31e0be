"""What a check tells, in English."""

from __future__ import annotations

from chalicelib.domain.attempt import Told
from chalicelib.routes.check_text import tell_in_english


def told(value: Told | None) -> str | None:
    """The text that the API shows."""
    return tell_in_english(value)

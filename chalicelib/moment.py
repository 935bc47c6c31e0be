"""Parses timestamps from untrusted queries and bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_LONGEST: Final = 40  # characters
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse_moment(text: str) -> datetime | None:
    """Parses an RFC 3339 timestamp. Returns the instant in UTC; None if invalid, without a zone, or outside the years
    1970 to 9999.

    The bounds apply in UTC: 1970-01-01T00:00:00+14:00 is out of range.
    """
    if len(text) > _LONGEST:
        return None
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            return None
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found >= _FIRST else None

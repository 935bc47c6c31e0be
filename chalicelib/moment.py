"""Times that strangers write: in queries and bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_LONGEST: Final = 40  # characters
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse_moment(text: str) -> datetime | None:
    """The instant in UTC (RFC 3339), or None for anything else, without a zone, before 1970 or beyond the year 9999.

    Both bounds count in UTC: 1970-01-01T00:00:00+14:00 is before the first.
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

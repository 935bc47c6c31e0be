"""The item of the daily look for labels that no connection names.

SCHEDULE / LABELS   the day of the last look that came to its end
"""

from __future__ import annotations

from datetime import date
from typing import Final

from chalicelib.adapters.item import Key
from chalicelib.adapters.table import Lookup
from chalicelib.adapters.write import Write, put

_LOOK: Final = Key("SCHEDULE", "LABELS")


def last_label_look() -> Lookup[date]:
    """The day of the last look."""
    return Lookup(_LOOK, lambda item: date.fromisoformat(item["day"]))


def record_label_look(day: date) -> Write:
    """The look of this day is done."""
    return put(_LOOK, {"day": day.isoformat()})

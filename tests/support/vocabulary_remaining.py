"""Files that still use banned words (`tests/support/vocabulary.py`). Entries are only ever removed."""

from __future__ import annotations

from typing import Final

REMAINING: Final[frozenset[str]] = frozenset(
    {
        "docs/operations.md",
    }
)

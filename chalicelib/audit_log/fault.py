"""Faults that verification of an audit log can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The kinds; docs/audit.md explains them."""

    ALTERED = "altered"
    NOT_OURS = "not_ours"
    MISPLACED = "misplaced"
    MISSING = "missing"
    UNLINKED = "unlinked"
    UNLISTED = "unlisted"
    BEYOND_HEAD = "beyond_head"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in an audit log.

    Attributes:
        place: an event's ID, `digest 3`, `checkpoint 7`, or `shard 2, event 41` in the format before digests.
    """

    kind: FaultKind
    place: str

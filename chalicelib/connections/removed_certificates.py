"""Certificates that a person removed from a connection. Only a person may add them again, never a schedule.

The list is part of the connection's item. It outlives metadata checks and changes of the metadata URL, so a key removed
as compromised stays removed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.connections.model import Connection

MAX_REMEMBERED: Final = 32
EVERY_ONE: Final = "*"
"""Replaces the list when it is full: from then on only a person can add any certificate."""


def remembering_removals(before: Connection, after: Connection) -> Connection:
    """Returns the changed connection with newly removed certificates on its list and trusted ones off it.

    Idempotent. Every write of a connection applies it (`connections/store.py: change_connection`).
    """
    trusted = {facts.sha256 for facts in after.certificates}
    once = (*before.removed_certificates, *(facts.sha256 for facts in before.certificates))
    removed = tuple(sha256 for sha256 in dict.fromkeys(once) if sha256 not in trusted)
    if len(removed) > MAX_REMEMBERED:
        removed = (EVERY_ONE, *(sha256 for sha256 in removed if sha256 != EVERY_ONE))[:MAX_REMEMBERED]
    return replace(after, removed_certificates=removed)


def needs_person(connection: Connection, sha256: str) -> bool:
    """True if only a person may add this certificate."""
    return not {sha256, EVERY_ONE}.isdisjoint(connection.removed_certificates)

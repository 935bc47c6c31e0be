"""Certificates that a person removed from a connection: no schedule may add them, only a person.

The list is part of the connection and is written with it. Looks at metadata come and go, addresses change, but a key
that was removed because it was stolen stays removed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.connections.model import Connection

MAX_REMEMBERED: Final = 32
EVERY_ONE: Final = "*"
"""Stands on the list where more were removed than it holds: from then on only a person adds anything."""


def remembering_removals(before: Connection, after: Connection) -> Connection:
    """Returns the changed connection with what it no longer trusts on its list, and what it trusts off the list.

    Idempotent. Every write of a connection goes through it (`adapters.connections.change_connection`).
    """
    trusted = {facts.sha256 for facts in after.certificates}
    once = (*before.removed_certificates, *(facts.sha256 for facts in before.certificates))
    removed = tuple(sha256 for sha256 in dict.fromkeys(once) if sha256 not in trusted)
    if len(removed) > MAX_REMEMBERED:
        removed = (EVERY_ONE, *(sha256 for sha256 in removed if sha256 != EVERY_ONE))[:MAX_REMEMBERED]
    return replace(after, removed_certificates=removed)


def needs_person(connection: Connection, sha256: str) -> bool:
    """Whether only a person may add this certificate."""
    return not {sha256, EVERY_ONE}.isdisjoint(connection.removed_certificates)

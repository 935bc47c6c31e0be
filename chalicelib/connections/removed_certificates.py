"""Certificates that a person removed from a connection. Only a person may add them again, never a schedule.

A removed key stays removed in every certificate over it: the list holds certificate fingerprints and `key:` entries.
The list is part of the connection's item. It outlives metadata checks and changes of the metadata URL, so a key removed
as compromised stays removed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.saml.certificate import CertificateFacts

MAX_REMEMBERED: Final = 64
"""Entries: up to two for each removed certificate."""
EVERY_ONE: Final = "*"
"""Replaces the list when it is full: from then on only a person can add any certificate."""


def remembering_removals(before: Connection, after: Connection) -> Connection:
    """Returns the changed connection with newly removed certificates on its list and trusted ones off it.

    Idempotent. Every write of a connection applies it (`connections/store.py: change_connection`).
    """
    trusted = {entry for facts in after.certificates for entry in _entries(facts)}
    once = (*before.removed_certificates, *(entry for facts in before.certificates for entry in _entries(facts)))
    removed = tuple(entry for entry in dict.fromkeys(once) if entry not in trusted)
    if len(removed) > MAX_REMEMBERED:
        removed = (EVERY_ONE, *(entry for entry in removed if entry != EVERY_ONE))[:MAX_REMEMBERED]
    return replace(after, removed_certificates=removed)


def needs_person(connection: Connection, facts: CertificateFacts) -> bool:
    """Returns True if only a person may add this certificate."""
    return EVERY_ONE in connection.removed_certificates or was_removed(connection, facts)


def was_removed(connection: Connection, facts: CertificateFacts) -> bool:
    """Returns True if this certificate, or another one over the same key, was removed."""
    return not _entries(facts).isdisjoint(connection.removed_certificates)


def _entries(facts: CertificateFacts) -> set[str]:
    return {facts.sha256, f"key:{facts.key_sha256}"} if facts.key_sha256 else {facts.sha256}

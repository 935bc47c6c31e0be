"""Digests and checkpoints, which make deletions from the audit log evident.

A digest lists an organization's events since its previous digest and contains the hash of that digest. A checkpoint
names the digests written in the same transaction and contains the hash of the previous checkpoint, so truncating one
organization's digests leaves evidence in the checkpoints.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.audit_log.model import RETENTION, moment_text
from chalicelib.audit_log.signature import CHECKPOINT, DIGEST, mac, text_hash

DIGESTS_KEPT: Final = RETENTION + timedelta(days=1)
MAX_EVENTS: Final = 2_000
"""Per digest: an event takes 33 bytes, and an item holds 400 KB."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The new events of an organization's log.

    Attributes:
        number: 1, 2, 3, … within the organization's log.
        since, until: `until` of the previous digest (its own for the first one), and the end of the covered period. A
            late event, written after the digest of its period, is older than `since`.
        events: IDs, in order.
        events_hash: SHA-256 over the events' hashes, in this order.
        previous: hash of the previous digest; None for the first.
        checkpoint: number of the checkpoint that names this digest.
    """

    organization_id: str
    number: int
    since: datetime
    until: datetime
    created_at: datetime
    events: tuple[str, ...]
    events_hash: str
    previous: str | None
    checkpoint: int

    @property
    def kept_until(self) -> datetime:
        """When it may be deleted."""
        return self.until + DIGESTS_KEPT

    @property
    def previous_kept_until(self) -> datetime:
        """When the previous digest may be deleted."""
        return self.since + DIGESTS_KEPT


@dataclass(frozen=True, slots=True)
class DigestMark:
    """The reference to a digest in a checkpoint."""

    organization_id: str
    number: int
    hash: str
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The digests of all organizations that were written in one transaction.

    Attributes:
        number: 1, 2, 3, … within the stage.
        since: `created_at` of the previous checkpoint; its own for the first one.
        previous: hash of the previous checkpoint; None for the first.
    """

    number: int
    since: datetime
    created_at: datetime
    digests: tuple[DigestMark, ...]
    previous: str | None

    @property
    def kept_until(self) -> datetime:
        """When it may be deleted. None of its digests is kept longer."""
        return self.created_at + DIGESTS_KEPT

    @property
    def previous_kept_until(self) -> datetime:
        """When the previous checkpoint may be deleted."""
        return self.since + DIGESTS_KEPT


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A stored digest or checkpoint: canonical JSON and its MAC."""

    text: str
    mac: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text, hex."""
        return text_hash(self.text)


def seal_digest(digest: Digest, key: bytes) -> SealedRecord:
    """Serializes a digest and adds its MAC."""
    document = {
        "object": "audit_digest",
        "organization_id": digest.organization_id,
        "number": digest.number,
        "from": moment_text(digest.since),
        "to": moment_text(digest.until),
        "created_at": moment_text(digest.created_at),
        "count": len(digest.events),
        "events": list(digest.events),
        "events_hash": digest.events_hash,
        "previous": digest.previous,
        "checkpoint": digest.checkpoint,
    }
    return _seal(document, DIGEST, key)


def seal_checkpoint(checkpoint: Checkpoint, key: bytes) -> SealedRecord:
    """Serializes a checkpoint and adds its MAC."""
    document = {
        "object": "audit_checkpoint",
        "number": checkpoint.number,
        "from": moment_text(checkpoint.since),
        "created_at": moment_text(checkpoint.created_at),
        "digests": [[m.organization_id, m.number, m.hash, moment_text(m.kept_until)] for m in checkpoint.digests],
        "previous": checkpoint.previous,
    }
    return _seal(document, CHECKPOINT, key)


def digest_in(text: str) -> Digest:
    """Parses a digest's text.

    Raises:
        ValueError, KeyError, TypeError: the text isn't a digest.
    """
    document = _document_in(text, "audit_digest")
    return Digest(
        organization_id=str(document["organization_id"]),
        number=int(document["number"]),
        since=_moment_in(document["from"]),
        until=_moment_in(document["to"]),
        created_at=_moment_in(document["created_at"]),
        events=tuple(map(str, document["events"])),
        events_hash=document["events_hash"],
        previous=document["previous"],
        checkpoint=int(document["checkpoint"]),
    )


def checkpoint_in(text: str) -> Checkpoint:
    """Parses a checkpoint's text.

    Raises:
        ValueError, KeyError, TypeError: the text isn't a checkpoint.
    """
    document = _document_in(text, "audit_checkpoint")
    marks = (
        DigestMark(str(org), int(number), sha, _moment_in(until)) for org, number, sha, until in document["digests"]
    )
    return Checkpoint(
        number=int(document["number"]),
        since=_moment_in(document["from"]),
        created_at=_moment_in(document["created_at"]),
        digests=tuple(marks),
        previous=document["previous"],
    )


def mark_of(digest: Digest, sealed: SealedRecord) -> DigestMark:
    """Returns the reference to the digest for its checkpoint."""
    return DigestMark(digest.organization_id, digest.number, sealed.hash, digest.kept_until)


def _seal(document: dict[str, Any], purpose: bytes, key: bytes) -> SealedRecord:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return SealedRecord(text, mac(key, purpose, text_hash(text)))


def _document_in(text: str, kind: str) -> dict[str, Any]:
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("object") != kind:
        raise ValueError(f"no {kind}")
    return document


def _moment_in(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

"""Hashes and message authentication codes of the audit log.

Every MAC includes its purpose, so that none is valid for another kind of record.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Final

from chalicelib.audit_log.model import AuditEvent, SignedEvent, canonical

EVENT: Final = b"audit-event:"
DIGEST: Final = b"audit-digest:"
CHECKPOINT: Final = b"audit-checkpoint:"
CHAINED_EVENT: Final = b"audit:"
"""Events of the format before digests (`audit_log/shards.py`). Verified, never created."""


def seal(event: AuditEvent, key: bytes) -> SignedEvent:
    """Adds hash and MAC to an event."""
    text = canonical(event)
    digest = text_hash(text)
    return SignedEvent(event, text, digest, mac(key, EVENT, digest))


def text_hash(text: str) -> str:
    """SHA-256 of a record's text, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash_over(hashes: Iterable[str]) -> str:
    """SHA-256 over the hex hashes of several events, in order, hex."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def mac(key: bytes, purpose: bytes, digest: str) -> str:
    """HMAC-SHA-256 of a hash, hex."""
    return hmac.new(key, purpose + digest.encode(), hashlib.sha256).hexdigest()


def is_ours(found: str, purpose: bytes, digest: str, keys: Sequence[bytes]) -> bool:
    """True if one of the deployment's keys created this MAC."""
    return any(hmac.compare_digest(found.encode(), mac(key, purpose, digest).encode()) for key in keys)

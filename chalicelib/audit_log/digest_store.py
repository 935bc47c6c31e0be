"""DynamoDB items of digests and checkpoints, and the reads of the hourly run.

AUDIT#{organization_id} / DIGEST#{number}   a digest, kept a day longer than its events
AUDITCHECKPOINTS / CHECKPOINT#{number}      the digests that were written together with it
SCHEDULE / AUDITDIGESTS                     the organization at which the last run ran out of time
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from chalicelib.audit_log.digest import Checkpoint, Digest, SealedRecord
from chalicelib.audit_log.shards import SHARDS, EventMark
from chalicelib.audit_log.store import partition_of
from chalicelib.audit_log.verification import StoredEvent
from chalicelib.aws.condition import absent
from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant_of, seconds
from chalicelib.aws.transaction import Write, put
from chalicelib.errors import Conflict
from chalicelib.i18n.message import message

_DIGITS: Final = 10
_CURSOR: Final = Key("SCHEDULE", "AUDITDIGESTS")


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """The ID and hash of an event."""

    id: str
    hash: str


def listed_events_of(organization_id: str) -> Range[ListedEvent]:
    """ID and hash of every stored event. The hash is recomputed, because the item's own may have been altered."""
    return Range(partition_of(organization_id), "EVT#", _parse_listed)


def stored_events_of(organization_id: str) -> Range[StoredEvent]:
    """Every stored event, expired or not, for verification."""
    return Range(partition_of(organization_id), "EVT#", _parse_stored)


def head_lookups(organization_id: str) -> list[Lookup[EventMark]]:
    """Looks up the shards' heads, in the format before digests."""
    return [Lookup(Key(partition_of(organization_id), f"HEAD#{shard:02}"), _parse_head) for shard in range(SHARDS)]


def digests_of(organization_id: str) -> Range[tuple[str, SealedRecord]]:
    """All digests of a log, each with the number in its key."""
    return Range(partition_of(organization_id), "DIGEST#", _parse_record)


def every_checkpoint() -> Range[tuple[str, SealedRecord]]:
    """All checkpoints of the stage, each with the number in its key."""
    return Range("AUDITCHECKPOINTS", "CHECKPOINT#", _parse_record)


def add_digest(digest: Digest, sealed: SealedRecord) -> Write:
    """Adds the next digest of a log, unless a concurrent run has written it."""
    key = Key(partition_of(digest.organization_id), f"DIGEST#{digest.number:0{_DIGITS}}")
    return put(key, _record_item(sealed, digest.kept_until), absent(), _concurrent_run())


def add_checkpoint(checkpoint: Checkpoint, sealed: SealedRecord) -> Write:
    """Adds the next checkpoint, unless a concurrent run has written it."""
    key = Key("AUDITCHECKPOINTS", f"CHECKPOINT#{checkpoint.number:0{_DIGITS}}")
    return put(key, _record_item(sealed, checkpoint.kept_until), absent(), _concurrent_run())


def interrupted_at() -> Lookup[str]:
    """Looks up the organization at which the last run ran out of time."""
    return Lookup(_CURSOR, lambda item: item.get("organization_id"))


def note_interruption(organization_id: str | None) -> Write:
    """Records where the next run starts; None for the newest organization."""
    return put(_CURSOR, {"organization_id": organization_id})


def _concurrent_run() -> Conflict:
    return Conflict("conflict", message("problem.conflict.digests"))


def _record_item(sealed: SealedRecord, kept_until: datetime) -> Item:
    return {"record": sealed.text, "mac": sealed.mac, "expires_at": seconds(kept_until)}


def _parse_record(item: Item) -> tuple[str, SealedRecord]:
    number = item["sk"].partition("#")[2]
    return number.lstrip("0") if len(number) == _DIGITS else number, SealedRecord(
        _text(item, "record"), _text(item, "mac")
    )


def _parse_listed(item: Item) -> ListedEvent:
    text = _text(item, "event").encode("utf-8", "surrogatepass")
    return ListedEvent(item["sk"].removeprefix("EVT#"), hashlib.sha256(text).hexdigest())


def _parse_stored(item: Item) -> StoredEvent:
    expires_at: Any = item.get("expires_at")
    return StoredEvent(
        id=item["sk"].removeprefix("EVT#"),
        text=_text(item, "event"),
        hash=_text(item, "hash"),
        mac=_text(item, "mac"),
        expires_at=int(expires_at) if isinstance(expires_at, Decimal) else 0,
    )


def _parse_head(item: Item) -> EventMark:
    return EventMark(int(item["lane"]), int(item["sequence"]), item["hash"], instant_of(item, "at"))


def _text(item: Item, name: str) -> str:
    """Returns a text attribute; "" if it was replaced by another type."""
    found = item.get(name)
    return found if isinstance(found, str) else ""

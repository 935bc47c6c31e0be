"""The hourly run that lists new audit events in digests and names the digests in checkpoints."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from chalicelib.audit_log.digest import (
    MAX_EVENTS,
    Checkpoint,
    Digest,
    SealedRecord,
    checkpoint_in,
    digest_in,
    mark_of,
    seal_checkpoint,
    seal_digest,
)
from chalicelib.audit_log.digest_store import (
    ListedEvent,
    add_checkpoint,
    add_digest,
    digests_of,
    every_checkpoint,
    interrupted_at,
    listed_events_of,
    note_interruption,
)
from chalicelib.audit_log.model import DEPLOYMENT
from chalicelib.audit_log.signature import CHECKPOINT, DIGEST, hash_over, is_ours
from chalicelib.audit_log.store import every_closed_log, forget_closed_log
from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Conflict, Unavailable
from chalicelib.i18n.message import message
from chalicelib.identifier import first_id, is_id, time_of
from chalicelib.organizations.store import every_organization
from chalicelib.signing_keys.secrets import DeploymentKeysSecret

_SETTLED: Final = timedelta(minutes=1)
"""A request lasts up to 29 seconds, and its events have the time at which it started."""
_LATE: Final = timedelta(hours=1)
"""How far back to search for late events: those of a scheduled run have the time at which it started."""
_CLOSED_FOR: Final = timedelta(hours=2)
_PAGE: Final = 100
_DIGESTS_AT_ONCE: Final = 5
_MAX_CLOSED: Final = 1_000
_EVENTS_AT_ONCE: Final = 500
MAX_DIGESTS: Final = 20
"""Per transaction: DynamoDB allows 100 items and 4 MB."""
_LOG: Final = logging.getLogger("gatehouse")


class _ForeignRecordError(Exception):
    """A digest that is missing, or wasn't written by this deployment."""


@dataclass(slots=True)
class _Run:
    """One run: its time, the keys, the newest checkpoint, and the digests to be named in the next one.

    Attributes:
        last_number: the highest checkpoint number seen anywhere. The number of a deleted checkpoint is never reused, so
            that the gap stays visible.
    """

    now: datetime
    keys: tuple[bytes, ...]
    newest: tuple[Checkpoint, str] | None
    last_number: int = 0
    is_cut_off: bool = False
    waiting: list[Digest] = field(default_factory=list)

    @property
    def until(self) -> datetime:
        """Later events may still be in flight."""
        return self.now - _SETTLED


@dataclass(frozen=True, slots=True)
class AuditDigests:
    """Writes due digests.

    Every transaction leaves a complete state: the next run continues an interrupted one, and of two concurrent runs one
    stops.
    """

    table: Table
    keys: DeploymentKeysSecret

    def run(self, now: datetime, has_time: Callable[[], bool]) -> int:
        """Brings the digests of all logs up to date while time remains. Returns the number written.

        Raises:
            Unavailable: AWS did not respond, or the newest digest of a log was altered; the other logs are up to date.
        """
        run, written, changed = self._start(now), 0, 0
        closed = self.table.page(every_closed_log(), limit=_MAX_CLOSED).values
        try:
            for organization_id in chain(
                [DEPLOYMENT], (log.organization_id for log in closed), self._organizations(has_time)
            ):
                try:
                    written += self._bring_up_to_date(organization_id, run)
                except _ForeignRecordError as error:
                    changed += 1
                    _LOG.error("audit_digest.altered %s", {"organization_id": organization_id, "private": str(error)})
            written += self._flush(run)
        except Conflict:
            _LOG.warning("audit_digests.concurrent_run %s", {"written": written})
            return written
        if changed or run.is_cut_off:
            raise Unavailable(private=f"the newest digests of {changed} audit logs, or checkpoints, were changed")
        for log in closed:
            if log.closed_at < now - _CLOSED_FOR:
                self.table.write(forget_closed_log(log.organization_id))
        return written

    def _start(self, now: datetime) -> _Run:
        keys = self.keys.load(now).audit.all
        newest = self._newest_checkpoint(keys)
        return _Run(now, keys, newest, newest[0].number if newest else 0)

    def _newest_checkpoint(self, keys: tuple[bytes, ...]) -> tuple[Checkpoint, str] | None:
        for stored_number, record in self.table.page(every_checkpoint(), limit=1).values:
            try:
                newest = checkpoint_in(record.text)
            except (ValueError, KeyError, TypeError) as error:
                raise Unavailable(private=f"checkpoint {stored_number} was changed") from error
            if str(newest.number) != stored_number or not is_ours(record.mac, CHECKPOINT, record.hash, keys):
                raise Unavailable(private=f"checkpoint {stored_number} was changed")
            return newest, record.hash
        return None

    def _organizations(self, has_time: Callable[[], bool]) -> Iterator[str]:
        """Yields all organizations while time remains; the next run starts where this one stopped."""
        (begins_after,) = self.table.read(interrupted_at())
        after, is_complete = begins_after, False
        while not is_complete:
            page = self.table.page(every_organization(), limit=_PAGE, after=after)
            for organization in page.values:
                if not has_time():
                    self.table.write(note_interruption(after))
                    return
                yield organization.id
                after = organization.id
            is_complete = page.after is None
        if begins_after is not None:
            self.table.write(note_interruption(None))

    def _bring_up_to_date(self, organization_id: str, run: _Run) -> int:
        newest, written = self._newest_digest(organization_id, run), 0
        known: frozenset[str] | None = None if newest else frozenset()
        while events := self._undigested_events(organization_id, newest, known or frozenset(), run.until):
            if known is None and newest is not None:
                known = self._digested_since(organization_id, newest[0].until - _LATE, run)
                continue
            digest = _next_digest(organization_id, events, newest, run)
            run.waiting.append(digest)
            is_full = len(events) == MAX_EVENTS
            if is_full or len(run.waiting) == MAX_DIGESTS:
                written += self._flush(run)
            if not is_full:
                return written
            newest, known = self._newest_digest(organization_id, run), (known or frozenset()) | set(digest.events)
        return written

    def _newest_digest(self, organization_id: str, run: _Run) -> tuple[Digest, str] | None:
        for stored_number, record in self.table.page(digests_of(organization_id), limit=1).values:
            digest = _own_digest(organization_id, stored_number, record, run.keys)
            if digest.checkpoint > run.last_number:
                self._handle_later_checkpoint(digest.checkpoint, run)
            return digest, record.hash
        return None

    def _handle_later_checkpoint(self, number: int, run: _Run) -> None:
        """Handles a digest that names a checkpoint this run hasn't seen: written by a concurrent run, or deleted."""
        newest = self._newest_checkpoint(run.keys)
        if newest is not None and newest[0].number >= number:
            raise Conflict("conflict", message("problem.conflict.digests"))
        _LOG.error("audit_checkpoints.truncated %s", {"last": run.last_number, "named": number})
        run.last_number, run.is_cut_off = number, True

    def _digested_since(self, organization_id: str, moment: datetime, run: _Run) -> frozenset[str]:
        """Returns the IDs of all digested events from this time on."""
        listed = set[str]()
        after: str | None = None
        while True:
            page = self.table.page(digests_of(organization_id), limit=_DIGESTS_AT_ONCE, after=after)
            for stored_number, record in page.values:
                digest = _own_digest(organization_id, stored_number, record, run.keys)
                if digest.until < moment:
                    return frozenset(listed)
                listed.update(digest.events)
            if (after := page.after) is None:
                return frozenset(listed)

    def _undigested_events(
        self, organization_id: str, newest: tuple[Digest, str] | None, known: frozenset[str], until: datetime
    ) -> list[ListedEvent]:
        """Returns undigested events, oldest first, at most as many as one digest lists."""
        found: list[ListedEvent] = []
        after: str | None = first_id("evt", at=newest[0].until - _LATE) if newest else ""
        while after is not None:
            page = self.table.page_forward(listed_events_of(organization_id), limit=_EVENTS_AT_ONCE, after=after)
            for event in page.values:
                if not is_id(event.id, "evt") or event.id in known:
                    continue
                if time_of(event.id) >= until:
                    return found
                found.append(event)
                if len(found) == MAX_EVENTS:
                    return found
            after = page.after
        return found

    def _flush(self, run: _Run) -> int:
        """Writes the waiting digests with the checkpoint that names them. Returns the number written."""
        if not run.waiting:
            return 0
        number, key = run.last_number + 1, run.keys[0]
        digests = [replace(digest, checkpoint=number) for digest in run.waiting]
        records = [seal_digest(digest, key) for digest in digests]
        checkpoint = Checkpoint(
            number=number,
            since=run.newest[0].created_at if run.newest else run.now,
            created_at=run.now,
            digests=tuple(map(mark_of, digests, records)),
            previous=run.newest[1] if run.newest else None,
        )
        sealed = seal_checkpoint(checkpoint, key)
        self.table.write(add_checkpoint(checkpoint, sealed), *map(add_digest, digests, records))
        for mark in checkpoint.digests:
            facts = {"organization_id": mark.organization_id, "number": mark.number, "hash": mark.hash}
            _LOG.info(
                "audit_digest.written %s", {**facts, "checkpoint": checkpoint.number, "checkpoint_hash": sealed.hash}
            )
        run.waiting, run.newest, run.last_number = [], (checkpoint, sealed.hash), number
        return len(digests)


def _own_digest(organization_id: str, stored_number: str, record: SealedRecord, keys: tuple[bytes, ...]) -> Digest:
    try:
        digest = digest_in(record.text)
    except (ValueError, KeyError, TypeError) as error:
        raise _ForeignRecordError(f"digest {stored_number} can't be read") from error
    if (digest.organization_id, str(digest.number)) != (organization_id, stored_number):
        raise _ForeignRecordError(f"digest {stored_number} belongs elsewhere")
    if not is_ours(record.mac, DIGEST, record.hash, keys):
        raise _ForeignRecordError(f"digest {stored_number} is not ours")
    return digest


def _next_digest(
    organization_id: str, events: list[ListedEvent], newest: tuple[Digest, str] | None, run: _Run
) -> Digest:
    until = time_of(events[-1].id) if len(events) == MAX_EVENTS else run.until
    since = newest[0].until if newest else until
    return Digest(
        organization_id=organization_id,
        number=newest[0].number + 1 if newest else 1,
        since=since,
        until=max(since, until),
        created_at=run.now,
        events=tuple(event.id for event in events),
        events_hash=hash_over(event.hash for event in events),
        previous=newest[1] if newest else None,
        checkpoint=0,  # set when it is written
    )

"""The table, where every change leaves an event, in the same transaction: there is neither without the other."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chalicelib.adapters.audit_events import add_events, head_lookup
from chalicelib.adapters.deployment_keys import DeploymentKeysSecret
from chalicelib.adapters.table import Lookup, Table
from chalicelib.adapters.write import Write
from chalicelib.domain.audit_chain import LANES, Heads, sealed
from chalicelib.domain.audit_event import AuditEvent, Deed, EventMark
from chalicelib.domain.identifier import new_id
from chalicelib.errors import Conflict, Unavailable
from chalicelib.trace import trace

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TRIES: Final = 8
_PAUSE: Final = 0.01  # seconds, doubled each time, at most: chance decides


class _MovedError(Conflict):
    """Somebody else added to the lane first."""


class Ledger(Table):
    """The table with its audit log."""

    def __init__(self, client: DynamoDBClient, name: str, keys: DeploymentKeysSecret) -> None:
        super().__init__(client, name)
        self._keys = keys

    def record(self, deeds: Sequence[Deed], *writes: Write, now: datetime, heads: Heads | None = None) -> None:
        """The writes and one event for each deed, all or nothing.

        Where others take the lane first it is tried again on another one.

        Args:
            deeds: one or more, all of one organization.
            heads: read already, with something else.

        Raises:
            Unavailable: DynamoDB did not answer, or others kept being faster.
            SsoError: `refused` of the first write whose condition did not hold.
        """
        key, under_way = self._keys.load(now).audit.current, trace()
        events = [_event(deed, now) for deed in deeds]
        for attempt in range(_TRIES):
            if attempt > 1:
                time.sleep(random.uniform(0, _PAUSE * 2**attempt))  # noqa: S311
            known = heads or self._heads(deeds[0].organization_id)
            chained = sealed(events, known, key)
            try:
                self.write(*writes, *add_events(chained, known, _MovedError("audit_moved", "Try again.")))
            except _MovedError:
                heads = None
                continue
            last = chained[-1]
            under_way.facts["audit"] = f"{last.event.organization_id}/{known.lane}/{last.event.sequence}/{last.hash}"
            return
        raise Unavailable(private="others kept adding to the audit log's lanes", retry_after=1)

    def _heads(self, organization_id: str) -> Heads:
        return heads_of(self.read_all(heads_lookups(organization_id)))


def heads_lookups(organization_id: str) -> list[Lookup[EventMark]]:
    """Where the lanes' heads lie."""
    return [head_lookup(organization_id, lane) for lane in range(LANES)]


def heads_of(found: Sequence[EventMark | None]) -> Heads:
    """A lane that chance picked, and the newest event of all the others."""
    lane = random.randrange(LANES)  # noqa: S311
    others = [mark for mark in found if mark is not None and mark.lane != lane]
    return Heads(lane, found[lane], max(others, key=lambda mark: mark.created_at, default=None))


def _event(deed: Deed, now: datetime) -> AuditEvent:
    """The event but for its place in the log."""
    under_way = trace()
    return AuditEvent(
        id=new_id("evt", now=now),
        organization_id=deed.organization_id,
        action=deed.action,
        actor=deed.actor or under_way.actor,
        object_id=deed.object_id,
        before=deed.before,
        after=deed.after,
        created_at=now,
        request_id=under_way.request_id,
        source=under_way.source,
        lane=0,
        sequence=0,
        previous=None,
        witness=None,
    )

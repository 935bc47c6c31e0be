"""Writes a change and its audit event in one DynamoDB transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from chalicelib.audit_log.model import AuditEvent, PendingAuditEvent, SignedEvent
from chalicelib.audit_log.signature import seal
from chalicelib.audit_log.store import add_event
from chalicelib.aws.dynamodb import Table
from chalicelib.aws.transaction import Write
from chalicelib.identifier import new_id
from chalicelib.request_context import current_context
from chalicelib.signing_keys.model import DeploymentKeys

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_LOG: Final = logging.getLogger("gatehouse")


class KeySource(Protocol):
    """Gives the keys in force."""

    def load(self, now: datetime) -> DeploymentKeys:
        """The keys in force at that time."""
        ...


class AuditedTable(Table):
    """The table with its audit log."""

    def __init__(self, client: DynamoDBClient, name: str, keys: KeySource) -> None:
        super().__init__(client, name)
        self._keys = keys

    def commit(self, pending_events: Sequence[PendingAuditEvent], *writes: Write, now: datetime) -> None:
        """Writes the changes and an event for each pending event, in one transaction. Reads nothing.

        Args:
            pending_events: one or more, all of one organization.

        Raises:
            Unavailable: DynamoDB did not respond.
            SsoError: `refused` of the first write whose condition failed.
        """
        key = self._keys.load(now).audit.current
        events = [seal(_event(pending_event, now), key) for pending_event in pending_events]
        self.write(*writes, *map(add_event, events))
        _log(events)


def _log(events: Sequence[SignedEvent]) -> None:
    """Logs the events' hashes. Until the hourly digest, only the log makes a deleted event evident."""
    context = current_context()
    logged = " ".join(f"{sealed.event.organization_id}/{sealed.event.id}/{sealed.hash}" for sealed in events)
    if context.request_id is None:  # a schedule or an operator's command has no request log line
        _LOG.info("audit_events.written %s", {"audit": logged})
        return
    before = context.facts.get("audit")
    context.facts["audit"] = f"{before} {logged}" if before else logged


def _event(pending_event: PendingAuditEvent, now: datetime) -> AuditEvent:
    context = current_context()
    return AuditEvent(
        id=new_id("evt", now=now),
        organization_id=pending_event.organization_id,
        action=pending_event.action,
        actor=pending_event.actor or context.actor,
        object_id=pending_event.object_id,
        before=pending_event.before,
        after=pending_event.after,
        created_at=now,
        request_id=context.request_id,
        source=context.source,
    )

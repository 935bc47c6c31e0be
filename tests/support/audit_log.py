"""The events in an audit log, and the faults that its verification finds."""

from __future__ import annotations

from chalicelib.audit_log.digest_store import stored_events_of
from chalicelib.audit_log.fault import Fault
from chalicelib.audit_log.model import AuditEvent, event_in
from tests.support.deployment import Deployment


def events(deployment: Deployment, organization_id: str) -> list[AuditEvent]:
    page = deployment.container.table.page_forward(stored_events_of(organization_id), limit=2000)
    return [event_in(stored.text) for stored in page.values]


def actions(deployment: Deployment, organization_id: str) -> list[str]:
    return sorted(event.action.value for event in events(deployment, organization_id))


def faults(deployment: Deployment, organization_id: str) -> tuple[Fault, ...]:
    return deployment.container.audit_log.verify(organization_id, deployment.now).finish()

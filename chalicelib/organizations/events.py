"""Audit events of organizations and their login policies."""

from __future__ import annotations

from typing import Final

from chalicelib.audit_log.model import Action, PendingAuditEvent, Snapshot
from chalicelib.audit_log.snapshot import diff, snapshot
from chalicelib.login_policy.model import LoginPolicy, binds_members
from chalicelib.organizations.model import Organization

_ORGANIZATION: Final = ("name", "external_id", "plan", "domains")
_POLICY: Final = ("mode", "required_for_admins", "exempt_user_ids")


def organization_event(action: Action, organization: Organization) -> PendingAuditEvent:
    """An event about an organization as a whole; includes a snapshot on creation and deletion."""
    facts = _snapshot(organization)
    before = facts if action is Action.ORGANIZATION_DELETED else None
    after = facts if action is Action.ORGANIZATION_CREATED else None
    return PendingAuditEvent(action, organization.id, organization.id, before, after)


def organization_changed(before: Organization, after: Organization) -> tuple[PendingAuditEvent, ...]:
    """Changed settings or login policy of an organization, plus a separate event if single sign-on is no longer
    enforced.
    """
    events = []
    if _snapshot(before) != _snapshot(after) or before.policy == after.policy:
        told = diff(_snapshot(before), _snapshot(after))
        events.append(PendingAuditEvent(Action.ORGANIZATION_CHANGED, after.id, after.id, *told))
    if before.policy != after.policy:
        told = diff(_snapshot_policy(before.policy), _snapshot_policy(after.policy))
        events.append(PendingAuditEvent(Action.POLICY_CHANGED, after.id, after.id, *told))
    if binds_members(before) and not binds_members(after):
        events.append(PendingAuditEvent(Action.POLICY_REQUIRED_LOST, after.id, after.id))
    return tuple(events)


def _snapshot(organization: Organization) -> Snapshot:
    """Returns a snapshot of an organization."""
    return snapshot(organization, _ORGANIZATION)


def _snapshot_policy(policy: LoginPolicy) -> Snapshot:
    """Returns a snapshot of a login policy."""
    return snapshot(policy, _POLICY)

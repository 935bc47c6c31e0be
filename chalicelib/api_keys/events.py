"""Audit events of API keys."""

from __future__ import annotations

from typing import Final

from chalicelib.api_keys.model import ApiKey
from chalicelib.audit_log.model import DEPLOYMENT, Action, PendingAuditEvent
from chalicelib.audit_log.snapshot import snapshot

_API_KEY: Final = ("name", "organization_id", "expires_at", "scopes")


def api_key_event(action: Action, key: ApiKey) -> PendingAuditEvent:
    """A key was created or revoked; in its organization's log, else in the deployment's."""
    facts = snapshot(key, _API_KEY)
    told = (None, facts) if action is Action.API_KEY_CREATED else (facts, None)
    return PendingAuditEvent(action, key.organization_id or DEPLOYMENT, key.id, *told)

"""The operationId of every operation. SDK generators name methods after it, so it never changes."""

from __future__ import annotations

from typing import Final

_ORG: Final = "/v1/organizations/{organization_id}"
_CONN: Final = f"{_ORG}/connections/{{connection_id}}"

OPERATION_IDS: Final[dict[tuple[str, str], str]] = {
    ("GET", "/v1/organizations"): "organizations.list",
    ("POST", "/v1/organizations"): "organizations.create",
    ("GET", _ORG): "organizations.get",
    ("PATCH", _ORG): "organizations.update",
    ("DELETE", _ORG): "organizations.delete",
    ("GET", f"{_ORG}/users"): "users.list",
    ("POST", f"{_ORG}/users"): "users.create",
    ("GET", f"{_ORG}/users/{{user_id}}"): "users.get",
    ("PATCH", f"{_ORG}/users/{{user_id}}"): "users.update",
    ("DELETE", f"{_ORG}/users/{{user_id}}"): "users.delete",
    ("POST", f"{_ORG}/users/{{user_id}}/sign-out"): "users.sign_out",
    ("DELETE", f"{_ORG}/users/{{user_id}}/identities"): "users.unlink_identities",
    ("POST", f"{_ORG}/users/{{user_id}}/invitation"): "users.invite",
    ("GET", f"{_ORG}/connections"): "connections.list",
    ("POST", f"{_ORG}/connections"): "connections.create",
    ("GET", _CONN): "connections.get",
    ("PATCH", _CONN): "connections.update",
    ("DELETE", _CONN): "connections.delete",
    ("PUT", f"{_CONN}/pending"): "connections.propose",
    ("POST", f"{_CONN}/roll-back"): "connections.roll_back",
    ("POST", f"{_CONN}/activate"): "connections.activate",
    ("POST", f"{_CONN}/import"): "connections.import",
    ("POST", f"{_CONN}/refresh"): "connections.refresh",
    ("POST", f"{_CONN}/test"): "connections.test",
    ("POST", f"{_CONN}/disable"): "connections.disable",
    ("POST", f"{_CONN}/enable"): "connections.enable",
    ("GET", f"{_ORG}/sign-in-attempts"): "sign_in_attempts.list",
    ("GET", f"{_ORG}/sign-in-attempts/{{attempt_id}}"): "sign_in_attempts.get",
    ("GET", f"{_ORG}/audit-events"): "audit_events.list",
    ("GET", f"{_ORG}/audit-events/export"): "audit_events.export",
    ("GET", f"{_ORG}/setup-links"): "setup_links.list",
    ("POST", f"{_ORG}/setup-links"): "setup_links.create",
    ("DELETE", f"{_ORG}/setup-links/{{link_id}}"): "setup_links.revoke",
    ("GET", f"{_ORG}/login-policy"): "login_policy.get",
    ("PUT", f"{_ORG}/login-policy"): "login_policy.replace",
    ("POST", "/v1/login-policy/check"): "login_policy.check",
    ("GET", "/v1/api-keys"): "api_keys.list",
    ("POST", "/v1/api-keys"): "api_keys.create",
    ("DELETE", "/v1/api-keys/{key_id}"): "api_keys.revoke",
    ("DELETE", f"{_CONN}/pending"): "connections.discard_pending",
    ("POST", f"{_CONN}/pending/apply"): "connections.apply_pending",
    ("POST", f"{_CONN}/certificates/approve"): "connections.approve_certificates",
    ("GET", f"{_CONN}/sign-in-attempts"): "connections.list_sign_in_attempts",
    ("GET", f"{_CONN}/sign-in-attempts/{{attempt_id}}"): "connections.get_sign_in_attempt",
    ("GET", "/v1/session"): "session.get",
    ("GET", "/healthz"): "health.get",
}

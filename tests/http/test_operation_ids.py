"""SDK generators name methods by operationId: a renamed one breaks every generated client."""

from __future__ import annotations

import re
from typing import Final

import pytest

from chalicelib.http.openapi import openapi_document
from chalicelib.http.problem_types import PROBLEM_TYPES
from tests.support.api import Caller

_ORG: Final = "/v1/organizations/{organization_id}"
_CONN: Final = f"{_ORG}/connections/{{connection_id}}"
FROZEN: Final = {
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


def test_no_operation_id_changes_and_a_new_operation_is_added_here() -> None:
    paths = openapi_document("https://sso.example.test/api")["paths"]
    found = {
        (method.upper(), path): operation["operationId"]
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert found == FROZEN


def test_operation_ids_are_a_resource_and_a_verb_and_each_stands_once() -> None:
    assert len(set(FROZEN.values())) == len(FROZEN)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", name) for name in FROZEN.values())


@pytest.mark.parametrize("code", PROBLEM_TYPES)
def test_the_type_of_every_problem_is_served(api: Caller, code: str) -> None:
    served = api("GET", f"/problems/{code}")
    assert (served.status, served.json["code"]) == (200, code)

"""SDK generators name methods by operationId: a renamed one breaks every generated client."""

from __future__ import annotations

import re
from typing import Final

import pytest

from chalicelib.domain.problem import PROBLEM_TYPES
from chalicelib.routes.openapi import openapi_document
from tests.routes.v1.api import Caller
from tests.routes.v1.conftest import api, deployment

__all__ = ["api", "deployment"]

FROZEN: Final = {
    ("GET", "/v1/organizations"): "organizations.list",
    ("POST", "/v1/organizations"): "organizations.create",
    ("GET", "/v1/organizations/{organization_id}"): "organizations.get",
    ("PATCH", "/v1/organizations/{organization_id}"): "organizations.update",
    ("DELETE", "/v1/organizations/{organization_id}"): "organizations.delete",
    ("GET", "/v1/organizations/{organization_id}/users"): "users.list",
    ("POST", "/v1/organizations/{organization_id}/users"): "users.create",
    ("GET", "/v1/organizations/{organization_id}/users/{user_id}"): "users.get",
    ("PATCH", "/v1/organizations/{organization_id}/users/{user_id}"): "users.update",
    ("DELETE", "/v1/organizations/{organization_id}/users/{user_id}"): "users.delete",
    ("POST", "/v1/organizations/{organization_id}/users/{user_id}/sign-out"): "users.sign_out",
    ("DELETE", "/v1/organizations/{organization_id}/users/{user_id}/identities"): "users.unlink_identities",
    ("POST", "/v1/organizations/{organization_id}/users/{user_id}/invitation"): "users.invite",
    ("GET", "/v1/organizations/{organization_id}/connections"): "connections.list",
    ("POST", "/v1/organizations/{organization_id}/connections"): "connections.create",
    ("GET", "/v1/organizations/{organization_id}/connections/{connection_id}"): "connections.get",
    ("PATCH", "/v1/organizations/{organization_id}/connections/{connection_id}"): "connections.update",
    ("DELETE", "/v1/organizations/{organization_id}/connections/{connection_id}"): "connections.delete",
    ("PUT", "/v1/organizations/{organization_id}/connections/{connection_id}/pending"): "connections.propose",
    (
        "DELETE",
        "/v1/organizations/{organization_id}/connections/{connection_id}/pending",
    ): "connections.discard_pending",
    (
        "POST",
        "/v1/organizations/{organization_id}/connections/{connection_id}/pending/apply",
    ): "connections.apply_pending",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/roll-back"): "connections.roll_back",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/activate"): "connections.activate",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/import"): "connections.import",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/refresh"): "connections.refresh",
    (
        "POST",
        "/v1/organizations/{organization_id}/connections/{connection_id}/certificates/approve",
    ): "connections.approve_certificates",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/test"): "connections.test",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/disable"): "connections.disable",
    ("POST", "/v1/organizations/{organization_id}/connections/{connection_id}/enable"): "connections.enable",
    ("GET", "/v1/organizations/{organization_id}/sign-in-attempts"): "sign_in_attempts.list",
    ("GET", "/v1/organizations/{organization_id}/sign-in-attempts/{attempt_id}"): "sign_in_attempts.get",
    (
        "GET",
        "/v1/organizations/{organization_id}/connections/{connection_id}/sign-in-attempts",
    ): "connections.list_sign_in_attempts",
    (
        "GET",
        "/v1/organizations/{organization_id}/connections/{connection_id}/sign-in-attempts/{attempt_id}",
    ): "connections.get_sign_in_attempt",
    ("GET", "/v1/organizations/{organization_id}/audit-events"): "audit_events.list",
    ("GET", "/v1/organizations/{organization_id}/audit-events/export"): "audit_events.export",
    ("GET", "/v1/organizations/{organization_id}/setup-links"): "setup_links.list",
    ("POST", "/v1/organizations/{organization_id}/setup-links"): "setup_links.create",
    ("DELETE", "/v1/organizations/{organization_id}/setup-links/{link_id}"): "setup_links.revoke",
    ("GET", "/v1/organizations/{organization_id}/login-policy"): "login_policy.get",
    ("PUT", "/v1/organizations/{organization_id}/login-policy"): "login_policy.replace",
    ("POST", "/v1/login-policy/check"): "login_policy.check",
    ("GET", "/v1/api-keys"): "api_keys.list",
    ("POST", "/v1/api-keys"): "api_keys.create",
    ("DELETE", "/v1/api-keys/{key_id}"): "api_keys.revoke",
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

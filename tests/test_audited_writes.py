"""Every write of a service records an event, or is listed here with the reason for its absence."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.layout import files_of

SILENT = {
    "sign_in/acs.py:_record_refusal": "a refusal is an attempt: strangers must not fill the log",
    "audit_log/digest_run.py:run": "the log is complete",
    "audit_log/digest_run.py:_flush": "digests of events",
    "audit_log/digest_run.py:_organizations": "where the next run begins",
    "api_keys/authentication.py:admit_key": "the day of a key's last use",
    "connections/expiry.py:run": "the day of the last look",
    "connections/testing.py:offer": "a link that shows what a test would; its end is an event",
    "connections/testing.py:begin": "uses that link up",
    "idempotency/service.py:once": "frees a key",
    "idempotency/service.py:_begin": "takes a key",
    "cleanup/service.py:_delete_secret": "the connection's deletion was the event",
    "rate_limits/service.py:release": "counts tries",
    "rate_limits/service.py:_count": "counts tries",
    "rate_limits/service.py:require_lookup": "counts lookups",
    "organizations/displacement.py:_save_progress": "where the next pass begins",
    "users/admins.py:_mark_unchanged_admin": "an admin who was one already",
    "users/external_ids.py:_claim": "an external ID that the organization already had",
    "users/external_ids.py:claim_earlier": "external IDs that organizations already had",
    "idp_metadata/refresh.py:look": "what was found; trusting it is an event",
    "cleanup/organization_deletion.py:resume": "the tombstone was the event",
    "cleanup/organization_deletion.py:_delete_attempts": "the tombstone was the event",
    "cleanup/organization_deletion.py:_delete_key": "the tombstone was the event",
    "cleanup/organization_deletion.py:_delete_setup_links": "the tombstone was the event",
    "cleanup/organization_deletion.py:_delete_user": "the tombstone was the event",
    "passwords/service.py:_rehash": "the same password, hashed with today's parameters",
    "sessions/service.py:confirm": "the sign-in was the event",
    "sessions/service.py:end": "a user signs out of one browser",
}


def _silent_writes() -> set[str]:
    found = set()
    for path in files_of("service"):
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
                    found.add(f"{path.parent.name}/{path.name}:{function.name}")
    return found


def test_every_write_of_a_service_is_told_or_is_known_to_be_silent() -> None:
    assert _silent_writes() == set(SILENT)


def test_routes_write_nothing_past_the_services() -> None:
    for path in (*files_of("web"), *Path("chalicelib/http").rglob("*.py")):
        assert ".table.write(" not in path.read_text(), path

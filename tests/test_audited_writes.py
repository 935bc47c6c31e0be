"""Whatever a service writes leaves an event, or stands here with the reason why not."""

from __future__ import annotations

import ast
from pathlib import Path

SILENT = {
    "assertion_consumer.py:_record_failure": "a refusal is an attempt: strangers must not fill the log",
    "audit_digests.py:run": "the log is complete",
    "audit_digests.py:_flush": "digests of events",
    "audit_digests.py:_living": "where the next run begins",
    "certificate_care.py:run": "the day of the last look",
    "connection_tests.py:offer": "a link that shows what a test would; its end is an event",
    "connection_tests.py:begin": "uses that link up",
    "idempotency.py:once": "frees a key",
    "idempotency.py:_begin": "takes a key",
    "leftovers.py:_drop_secret": "the connection's deletion was the event",
    "limits.py:release": "counts tries",
    "limits.py:_reserve": "counts tries",
    "metadata_refresh.py:look": "what was found; trusting it is an event",
    "organization_deletion.py:resume": "the tombstone was the event",
    "organization_deletion.py:_delete_attempts": "the tombstone was the event",
    "organization_deletion.py:_delete_key": "the tombstone was the event",
    "organization_deletion.py:_delete_setup_links": "the tombstone was the event",
    "organization_deletion.py:_delete_user": "the tombstone was the event",
    "passwords.py:_rehash": "the same password, hashed with today's parameters",
    "sessions.py:confirm": "the sign-in was the event",
    "sessions.py:end": "somebody signs out of one browser",
}


def _silent_writes() -> set[str]:
    found = set()
    for path in Path("chalicelib/services").glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
                    found.add(f"{path.name}:{function.name}")
    return found


def test_every_write_of_a_service_is_told_or_is_known_to_be_silent() -> None:
    assert _silent_writes() == set(SILENT)


def test_routes_write_nothing_past_the_services() -> None:
    for path in Path("chalicelib/routes").rglob("*.py"):
        assert ".table.write(" not in path.read_text(), path

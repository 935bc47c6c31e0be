"""Items of sign-in attempts.

ATTEMPTS#{connection_id} / ATT#{attempt_id}   one attempt; expires after 30 days
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from chalicelib.aws.dynamodb import Lookup, Range
from chalicelib.aws.item import Item, Key, instant, instant_of, is_expired, seconds
from chalicelib.aws.transaction import Write, delete, put
from chalicelib.i18n.message import Message, message_from_item, message_to_item
from chalicelib.saml.check import Check, CheckName, Told
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult

RETENTION: Final = timedelta(days=30)


def attempt_lookup(connection_id: str, attempt_id: str, now: datetime) -> Lookup[Attempt]:
    """Looks up an attempt of this connection."""
    return Lookup(_key(connection_id, attempt_id), lambda item: None if is_expired(item, now) else _parse(item))


def attempts_of(connection_id: str, now: datetime) -> Range[Attempt]:
    """All attempts of a connection."""
    return Range(f"ATTEMPTS#{connection_id}", "ATT#", lambda item: None if is_expired(item, now) else _parse(item))


def record_attempt(attempt: Attempt) -> Write:
    """Stores a completed attempt."""
    item = {
        "id": attempt.id,
        "organization_id": attempt.organization_id,
        "connection_id": attempt.connection_id,
        "created_at": instant(attempt.created_at),
        "result": attempt.result.value,
        "code": attempt.code,
        "request_id": attempt.request_id,
        "user_id": attempt.user_id,
        "email": attempt.email,
        "claimed_email": attempt.claimed_email,
        "idp_initiated": attempt.idp_initiated,
        "is_test": attempt.is_test,
        "checks": [_check_item(c) for c in attempt.checks],
        "expires_at": seconds(attempt.created_at + RETENTION),
    }
    return put(_key(attempt.connection_id, attempt.id), item)


def purge_attempt(connection_id: str, attempt_id: str) -> Write:
    """Deletes an attempt, as a step of deleting its organization."""
    return delete(_key(connection_id, attempt_id))


def _key(connection_id: str, attempt_id: str) -> Key:
    return Key(f"ATTEMPTS#{connection_id}", f"ATT#{attempt_id}")


def _check_item(check: Check) -> Item:
    item = {"name": check.name.value, "passed": check.passed}
    values = {"expected": check.expected, "received": check.received}
    return item | {name: _value_item(value) for name, value in values.items() if value is not None}


def _value_item(value: Told) -> str | dict[str, Any]:
    return message_to_item(value) if isinstance(value, Message) else value


def _parse_value(stored: Any) -> Told | None:
    return message_from_item(stored) if isinstance(stored, Mapping) else stored


def _parse_check(stored: Item) -> Check:
    name = CheckName(stored["name"])
    return Check(name, stored["passed"], _parse_value(stored.get("expected")), _parse_value(stored.get("received")))


def _parse(item: Item) -> Attempt:
    return Attempt(
        id=item["id"],
        organization_id=item["organization_id"],
        connection_id=item["connection_id"],
        created_at=instant_of(item, "created_at"),
        result=AttemptResult(item["result"]),
        code=item.get("code"),
        request_id=item.get("request_id"),
        user_id=item.get("user_id"),
        email=item.get("email"),
        claimed_email=item.get("claimed_email"),
        idp_initiated=item["idp_initiated"],
        is_test=item["is_test"],
        checks=tuple(map(_parse_check, item["checks"])),
    )

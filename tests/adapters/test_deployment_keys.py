from __future__ import annotations

import json
from datetime import UTC, datetime

from chalicelib.adapters.deployment_keys import format_keys, parse_keys
from chalicelib.domain.key_set import LONG_AGO, DeploymentKeys, KeyPair, KeySet

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_PAIR, _NEXT = KeyPair(b"private", b"\x30\x00"), KeyPair(b"next", b"\x30\x01")
_KEYS = DeploymentKeys(
    KeySet(b"\x00" * 32, previous=b"\x01" * 32, changed_at=NOW),
    KeySet(_PAIR, next=_NEXT, changed_at=NOW),
    KeySet(_PAIR, changed_at=NOW),
)


def test_keys_are_read_back_as_they_were_kept() -> None:
    assert parse_keys(format_keys(_KEYS)) == _KEYS


def test_keys_that_were_kept_without_a_date_changed_long_ago() -> None:
    document = json.loads(format_keys(_KEYS))
    for each in document.values():
        del each["changed_at"]
    assert parse_keys(json.dumps(document)).cookies.changed_at == LONG_AGO


def test_nothing_that_shows_keys_shows_a_key() -> None:
    assert "private" not in repr(_KEYS)
    assert "x01" not in repr(_KEYS)

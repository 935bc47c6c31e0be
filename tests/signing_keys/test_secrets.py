"""The stage's own keys, written and read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys.model import LONG_AGO, DeploymentKeys, KeySet
from chalicelib.signing_keys.secrets import format_keys, parse_keys

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAIR, NEXT = KeyPair(b"private", b"certificate"), KeyPair(b"next private", b"certificate")
KEYS = DeploymentKeys(
    cookies=KeySet(b"c" * 32, previous=b"o" * 32, changed_at=NOW),
    signing=KeySet(PAIR, next=NEXT, changed_at=NOW),
    decryption=KeySet(PAIR, changed_at=NOW),
    audit=KeySet(b"a" * 32, changed_at=NOW),
)


def test_keys_read_back_as_they_were_written() -> None:
    assert parse_keys(format_keys(KEYS)) == KEYS


def test_keys_from_before_the_audit_log_get_one_that_the_next_rotation_of_another_key_does_not_change() -> None:
    document = json.loads(format_keys(KEYS))
    del document["audit"]
    old = parse_keys(json.dumps(document))
    assert old.audit.current not in KEYS.cookies.all
    rotated = replace(old, cookies=KeySet(b"n" * 32, previous=old.cookies.current))
    assert parse_keys(format_keys(rotated)).audit == old.audit


def test_keys_that_were_kept_without_a_date_changed_long_ago() -> None:
    document = json.loads(format_keys(KEYS))
    for each in document.values():
        del each["changed_at"]
    assert parse_keys(json.dumps(document)).cookies.changed_at == LONG_AGO


def test_nothing_that_shows_keys_shows_a_key() -> None:
    assert "private" not in repr(KEYS)
    assert "ccc" not in repr(KEYS)

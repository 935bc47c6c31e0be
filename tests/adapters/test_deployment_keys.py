"""The stage's own keys, written and read."""

from __future__ import annotations

import json

from chalicelib.adapters.deployment_keys import format_keys, parse_keys
from chalicelib.domain.key_set import DeploymentKeys, KeyPair, KeySet

PAIR = KeySet(KeyPair(b"private", b"certificate"))
KEYS = DeploymentKeys(KeySet(b"c" * 32, previous=b"o" * 32), PAIR, PAIR, KeySet(b"a" * 32))


def test_keys_read_back_as_they_were_written() -> None:
    assert parse_keys(format_keys(KEYS)) == KEYS


def test_keys_from_before_the_audit_log_get_one_that_the_next_rotation_of_another_key_does_not_change() -> None:
    document = json.loads(format_keys(KEYS))
    del document["audit"]
    old = parse_keys(json.dumps(document))
    assert old.audit.current not in KEYS.cookies.all
    rotated = DeploymentKeys(KeySet(b"n" * 32, previous=old.cookies.current), old.signing, old.decryption, old.audit)
    assert parse_keys(format_keys(rotated)).audit == old.audit

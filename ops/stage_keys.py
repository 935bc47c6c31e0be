"""The first keys of a stage: cookies, signing, decryption, audit log."""

from __future__ import annotations

import secrets
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain.key_pair import new_key_pair
from chalicelib.domain.key_set import DeploymentKeys, KeySet
from chalicelib.errors import Unavailable


def ensure_keys(container: Container) -> None:
    """Make the stage's keys where there are none; those that are there are never touched."""
    now = container.clock()
    try:
        container.keys.load(now)
    except Unavailable:
        container.keys.create(_new_keys(now))


def _new_keys(now: datetime) -> DeploymentKeys:
    return DeploymentKeys(
        cookies=KeySet(secrets.token_bytes(32)),
        signing=KeySet(new_key_pair("Gatehouse signing", now=now)),
        decryption=KeySet(new_key_pair("Gatehouse decryption", now=now)),
        audit=KeySet(secrets.token_bytes(32)),
    )

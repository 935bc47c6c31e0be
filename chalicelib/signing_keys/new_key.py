"""Generates the deployment's keys."""

from __future__ import annotations

import secrets
from datetime import datetime

from chalicelib.saml.key_pair import KeyPair
from chalicelib.signing_keys.key_pair import new_key_pair
from chalicelib.signing_keys.model import DeploymentKeys, KeySet
from chalicelib.signing_keys.rotation import KeyPurpose


def new_key(purpose: KeyPurpose, now: datetime) -> bytes | KeyPair:
    """Generates a key of this purpose. A key pair takes about a second."""
    if purpose in (KeyPurpose.SIGNING, KeyPurpose.DECRYPTION):
        return new_key_pair(f"Gatehouse {purpose}", now=now)
    return secrets.token_bytes(32)


def first_keys(now: datetime) -> DeploymentKeys:
    """Generates the initial keys of a stage."""
    return DeploymentKeys(**{purpose.value: KeySet(new_key(purpose, now), changed_at=now) for purpose in KeyPurpose})  # type: ignore[arg-type]

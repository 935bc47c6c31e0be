"""The first keys of a stage: cookies, signing, decryption, audit log."""

from __future__ import annotations

import contextlib
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.signing_keys.new_key import first_keys
from chalicelib.signing_keys.secrets import format_keys

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


def ensure_keys(client: SecretsManagerClient, name: str, now: datetime) -> None:
    """Make the stage's keys where there are none; those that are there are never read, never touched.

    Two first runs at once can't replace each other's keys: a secret is created once, and the first version of one
    that is there has an ID that follows from its name, under which Secrets Manager takes no second content.

    Args:
        name: the secret's.
    """
    with contextlib.suppress(client.exceptions.ResourceExistsException):
        try:
            found = client.describe_secret(SecretId=name)
        except client.exceptions.ResourceNotFoundException:
            client.create_secret(Name=name, **_first_version(name, now))
            return
        stages = found.get("VersionIdsToStages", {}).values()
        if not any("AWSCURRENT" in labels for labels in stages):
            client.put_secret_value(SecretId=name, **_first_version(name, now))


def restore_keys(client: SecretsManagerClient, name: str) -> None:
    """Take back the deletion of the secret, if someone scheduled it: its keys are published."""
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        if "DeletedDate" in client.describe_secret(SecretId=name):
            client.restore_secret(SecretId=name)


def _first_version(name: str, now: datetime) -> dict[str, Any]:
    version = hashlib.sha256(name.encode()).hexdigest()
    return {"ClientRequestToken": version, "SecretString": format_keys(first_keys(now))}

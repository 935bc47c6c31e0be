"""The secret with our own keys in Secrets Manager. Nothing here ever reads a key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ops.provision.resource import Properties, Resource
from ops.stage_keys import ensure_keys

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


class SecretKind:
    """The secret of the signing keys: created if missing, restored if it was deleted, otherwise unchanged."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self._client = client

    def read(self, resource: Resource) -> Properties | None:
        """Describes the secret without reading its value."""
        try:
            found = self._client.describe_secret(SecretId=resource.name)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        stages = [stage for stages in found.get("VersionIdsToStages", {}).values() for stage in stages]
        return {
            "Description": found.get("Description"),
            "HasValue": "AWSCURRENT" in stages,
            "IsBeingDeleted": "DeletedDate" in found,
        }

    def create(self, resource: Resource) -> None:
        """The keys; where another run was faster, its keys stay."""
        ensure_keys(self._client, resource.name, datetime.now(UTC))

    def fix(self, resource: Resource, names: frozenset[str]) -> Mapping[str, str]:
        """Restores the deleted secret, which has the published keys."""
        if "IsBeingDeleted" in names:
            self._client.restore_secret(SecretId=resource.name)
        if "HasValue" in names:
            ensure_keys(self._client, resource.name, datetime.now(UTC))
        if "Description" in names:
            self._client.update_secret(SecretId=resource.name, Description=resource.properties["Description"])
        return {}

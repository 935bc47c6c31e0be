"""External dependencies (the clock, AWS, metadata hosts), each created once, on first use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.settings import Settings

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient

    from chalicelib.audit_log.audited_table import AuditedTable
    from chalicelib.connections.cache import ConnectionCache
    from chalicelib.connections.secrets import CertificateSecrets
    from chalicelib.idp_metadata.fetch import MetadataFetch
    from chalicelib.signing_keys.secrets import DeploymentKeysSecret


def utc_now() -> datetime:
    """The current time in UTC, truncated to milliseconds, so a stored value equals the value read back."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class StoreContainer:
    """The stores, created on first use.

    Args:
        settings: of this deployment.
        dynamodb, secrets_manager: create a client; called once, on first use.
        clock: returns the current time; tests pass their own.
    """

    def __init__(
        self,
        settings: Settings,
        dynamodb: Callable[[], DynamoDBClient],
        secrets_manager: Callable[[], SecretsManagerClient],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._dynamodb = dynamodb
        self._secrets_manager = secrets_manager

    @cached_property
    def table(self) -> AuditedTable:
        """The stage's DynamoDB table."""
        from chalicelib.audit_log.audited_table import AuditedTable

        return AuditedTable(self._dynamodb(), self.settings.table_name, self.keys)

    @cached_property
    def certificates(self) -> CertificateSecrets:
        """The certificates of identity providers."""
        from chalicelib.connections.secrets import CertificateSecrets

        return CertificateSecrets(self._secrets, self.settings.secret_prefix)

    @cached_property
    def keys(self) -> DeploymentKeysSecret:
        """The deployment's own keys."""
        from chalicelib.signing_keys.secrets import DeploymentKeysSecret

        return DeploymentKeysSecret(self._secrets, self.settings.keys_secret)

    @cached_property
    def connection_cache(self) -> ConnectionCache:
        """A cache of connections, at most 30 seconds old."""
        from chalicelib.connections.cache import ConnectionCache

        return ConnectionCache(self.table)

    @cached_property
    def metadata_fetch(self) -> MetadataFetch:
        """Fetches metadata of identity providers."""
        from chalicelib.idp_metadata.fetch import MetadataFetch

        return MetadataFetch(local=self.settings.local)

    @cached_property
    def _secrets(self) -> SecretsManagerClient:
        return self._secrets_manager()

"""Service provider metadata of a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.connections.cache import ConnectionCache
from chalicelib.saml.service_provider import service_provider
from chalicelib.settings import Settings
from chalicelib.signing_keys.rotation import published_keys
from chalicelib.signing_keys.secrets import DeploymentKeysSecret


@dataclass(frozen=True, slots=True)
class ServiceProviderMetadata:
    """Generates the metadata documents of connections."""

    connections: ConnectionCache
    keys: DeploymentKeysSecret
    settings: Settings

    def document(self, connection_id: str, now: datetime) -> bytes:
        """Generates the document, also for a draft: identity providers need it first.

        Raises:
            NotFound: no such connection.
            Unavailable: AWS did not answer.
        """
        from chalicelib.saml.sp_metadata import service_provider_metadata

        connection = self.connections.get(connection_id, now)
        provider = service_provider(self.settings.base_url, connection.id)
        return service_provider_metadata(connection, provider, published_keys(self.keys.load(now), now))

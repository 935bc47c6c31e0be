"""Our side toward one connection: entity ID and addresses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """The service provider's own entity ID and URLs for one connection.

    Derived from the configured base URL and the ID, never from a request header, which a proxy can change.
    """

    entity_id: str
    acs_url: str
    metadata_url: str
    login_url: str


def service_provider(base_url: str, connection_id: str) -> ServiceProvider:
    """Returns the URLs of one connection. `base_url` has no trailing slash."""
    root = f"{base_url}/saml/{connection_id}"
    return ServiceProvider(
        entity_id=f"{root}/metadata", acs_url=f"{root}/acs", metadata_url=f"{root}/metadata", login_url=f"{root}/login"
    )

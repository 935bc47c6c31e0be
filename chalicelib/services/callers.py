"""API keys as callers: whose key is this, and what may it reach?"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.adapters.api_keys import api_key_lookup
from chalicelib.adapters.organizations import organization_lookup
from chalicelib.adapters.table import Table
from chalicelib.domain.actor import ActorKind
from chalicelib.domain.api_key import ApiKey
from chalicelib.domain.organization import Organization
from chalicelib.errors import NotSignedIn
from chalicelib.trace import acting


@dataclass(frozen=True, slots=True)
class Callers:
    """Looks API keys up, each time anew: a revoked key is refused with the next request."""

    table: Table

    def key(self, secret_sha256: str) -> ApiKey:
        """The key with this hash, in one read.

        Raises:
            NotSignedIn: there is none.
            Unavailable: the store did not answer.
        """
        (key,) = self.table.read(api_key_lookup(secret_sha256))
        if key is None:
            raise invalid_api_key()
        acting(ActorKind.API_KEY, key.id, key.organization_id)
        return key

    def key_and_organization(self, secret_sha256: str, organization_id: str) -> tuple[ApiKey, Organization | None]:
        """The key with this hash and a living organization, in one read.

        Raises:
            NotSignedIn: there is no such key.
            Unavailable: the store did not answer.
        """
        key, organization = self.table.read(api_key_lookup(secret_sha256), organization_lookup(organization_id))
        if key is None:
            raise invalid_api_key()
        acting(ActorKind.API_KEY, key.id, key.organization_id)
        return key, organization


def invalid_api_key() -> NotSignedIn:
    """Malformed, unknown or revoked: the same answer."""
    return NotSignedIn("invalid_api_key", "This API key isn't valid here.")

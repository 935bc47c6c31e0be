"""A customer whose connection reads its metadata daily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection
from chalicelib.idp_metadata.model import MetadataCheck
from chalicelib.organizations.model import Organization
from tests.support.deployment import Deployment
from tests.support.identity_provider.description import Signing
from tests.support.identity_provider.keys import Key
from tests.support.identity_provider.names import ECDSA_SHA256
from tests.support.identity_provider.signature import sign
from tests.support.metadata_site import MetadataSite
from tests.support.wrong_imports import URL, describe


@dataclass
class Customer:
    """An organization with a connection whose metadata is read daily."""

    deployment: Deployment
    site: MetadataSite
    organization: Organization
    id: str

    @property
    def connection(self) -> Connection:
        """As it is stored."""
        return self.deployment.container.connections.get(self.organization.id, self.id)

    @property
    def check(self) -> MetadataCheck | None:
        """The last check."""
        refresh = self.deployment.container.metadata_refresh
        return refresh.last([self.connection], self.deployment.now).get(self.id)

    @property
    def waiting(self) -> list[str]:
        """Fingerprints of what waits for approval."""
        return [c.facts.sha256 for c in self.check.new_to(self.connection)] if self.check else []

    def publishes(self, *keys: Key, **more: str) -> None:
        """Publishes these keys in the identity provider's metadata from now on."""
        self.site.pages[URL] = describe(*keys, **more).encode()

    def saves(self, **changes: Any) -> Connection:
        """An admin's change."""
        values: ConnectionChanges = changes  # type: ignore[assignment]
        service, now = self.deployment.container.connections, self.deployment.now
        return service.change(self.connection, values, self.connection.version, now)

    def next_day(self) -> int:
        """Advances the clock by a day and runs the schedule; returns the number of checks."""
        self.deployment.later(days=1)
        return self.deployment.container.metadata_refresh.run(self.deployment.now, lambda: True)

    def approves(self, *keys: Key) -> Connection:
        """An admin trusts what was found."""
        wanted = [k.certificate.facts.sha256 for k in keys]
        return self.deployment.container.metadata_refresh.approve(
            self.connection, self.check, wanted, self.deployment.now
        )


def sign_metadata(text: str, signer: Key) -> bytes:
    """The document with an enveloped signature."""
    root = etree.fromstring(text)
    root.set("ID", "_metadata")
    sign(root, Signing(key=signer.name, algorithm=ECDSA_SHA256))
    return etree.tostring(root)

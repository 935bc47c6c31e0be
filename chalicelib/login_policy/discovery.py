"""Home-realm discovery: finds an address's organization and its permitted sign-in methods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.login_policy.model import Decision, decide
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup
from chalicelib.users.email_address import domain_of
from chalicelib.users.model import AddressEntry, User
from chalicelib.users.store import address_lookup, user_lookup

_NO_ID: Final = "none"  # not a valid ID


@dataclass(frozen=True, slots=True)
class Discovery:
    """The organization of an address, and the permitted sign-in methods.

    Attributes:
        organization: the one whose policy decided; None if the address is unknown.
        user: the stored user, if they belong to that organization.
    """

    organization: Organization | None
    user: User | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class HomeRealmDiscovery:
    """Finds the organization by verified domain first, then by user."""

    table: Table

    def discover(self, email: str, now: datetime) -> Discovery:
        """Discovers an address in two batches of reads. An unknown address takes as many, so that timing reveals
        nothing.

        Args:
            email: canonical.

        Raises:
            Unavailable: the store did not answer. Never treat that as "password".
        """
        owner, entry = self.table.read(domain_lookup(domain_of(email)), address_lookup(email))
        return self.of(owner, entry)

    def realm(self, domain: str) -> Organization | None:
        """Returns the organization that verified the domain, always in two reads.

        Args:
            domain: of a canonical address.

        Raises:
            Unavailable: the store did not answer.
        """
        (owner,) = self.table.read(domain_lookup(domain))
        (organization,) = self.table.read(organization_lookup(owner or _NO_ID))
        return organization

    def of(self, owner: str | None, entry: AddressEntry | None) -> Discovery:
        """Same as `discover`, for a caller that has already done the first batch of reads.

        Args:
            owner: the ID of the organization that verified the address's domain.
            entry: the stored entry of the address.

        Raises:
            Unavailable: the store did not answer.
        """
        organization_id, user_id = (entry.organization_id, entry.user_id) if entry else (owner or _NO_ID, _NO_ID)
        by_domain, organization, user = self.table.read(
            organization_lookup(owner or organization_id),
            organization_lookup(organization_id),
            user_lookup(organization_id, user_id),
        )
        if entry is None:
            return Discovery(by_domain, None, decide(by_domain, None))
        if (
            owner is not None and owner != entry.organization_id
        ):  # not yet displaced, see `organizations/displacement.py`
            return Discovery(by_domain, None, decide(by_domain, None))
        if organization is None or user is None:
            return Discovery(by_domain, None, decide(by_domain, None))
        return Discovery(organization, user, decide(organization, user))

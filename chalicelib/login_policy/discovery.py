"""Home-realm discovery: whose address is this, and how may they sign in?"""

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

_NOBODY: Final = "nobody"  # no ID


@dataclass(frozen=True, slots=True)
class Discovery:
    """What is known of an address, and how its owner may sign in.

    Attributes:
        organization: whose policy decided; None if nobody knows the address.
        user: the stored user, if they are that organization's.
    """

    organization: Organization | None
    user: User | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class HomeRealmDiscovery:
    """Asks the verified domain first, then the user."""

    table: Table

    def discover(self, email: str, now: datetime) -> Discovery:
        """Two batches of reads, of an address that nobody knows too: what a sign-in page takes must not tell it.

        Args:
            email: canonical.

        Raises:
            Unavailable: the store did not answer. That never means "password".
        """
        owner, entry = self.table.read(domain_lookup(domain_of(email)), address_lookup(email))
        return self.of(owner, entry)

    def realm(self, domain: str) -> Organization | None:
        """The organization that verified the domain, in two reads whether there is one or not.

        Args:
            domain: of a canonical address.

        Raises:
            Unavailable: the store did not answer.
        """
        (owner,) = self.table.read(domain_lookup(domain))
        (organization,) = self.table.read(organization_lookup(owner or _NOBODY))
        return organization

    def of(self, owner: str | None, entry: AddressEntry | None) -> Discovery:
        """The same, for whoever has read the first batch already.

        Args:
            owner: the ID of the organization that verified the address's domain.
            entry: the directory's entry of the address.

        Raises:
            Unavailable: the store did not answer.
        """
        organization_id, user_id = (entry.organization_id, entry.user_id) if entry else (owner or _NOBODY, _NOBODY)
        by_domain, organization, user = self.table.read(
            organization_lookup(owner or organization_id),
            organization_lookup(organization_id),
            user_lookup(organization_id, user_id),
        )
        if entry is None:
            return Discovery(by_domain, None, decide(by_domain, None))
        if (
            owner is not None and owner != entry.organization_id
        ):  # not displaced yet, see `organizations/displacement.py`
            return Discovery(by_domain, None, decide(by_domain, None))
        if organization is None or user is None:
            return Discovery(by_domain, None, decide(by_domain, None))
        return Discovery(organization, user, decide(organization, user))

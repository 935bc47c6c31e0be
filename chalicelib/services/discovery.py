"""Home-realm discovery: whose address is this, and how may they sign in?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.adapters.organizations import domain_lookup, organization_lookup
from chalicelib.adapters.table import Table
from chalicelib.adapters.users import address_lookup, user_lookup
from chalicelib.domain.email_address import domain_of
from chalicelib.domain.login_policy import Decision, Reason, decide
from chalicelib.domain.organization import Organization
from chalicelib.domain.user import User


@dataclass(frozen=True, slots=True)
class Discovery:
    """What is known of an address."""

    organization: Organization | None
    user: User | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Discoveries:
    """Asks the verified domain first, then the user."""

    table: Table

    def discover(self, email: str, now: datetime) -> Discovery:
        """Two batches of reads.

        Raises:
            Unavailable: the store did not answer.
        """
        owner_id, entry = self.table.read(domain_lookup(domain_of(email)), address_lookup(email))
        if owner_id is not None and (entry is None or entry.organization_id != owner_id):
            (owner,) = self.table.read(organization_lookup(owner_id))
            decision = decide(owner, None)
            if entry is None or decision.reason is not Reason.UNKNOWN_USER:
                return Discovery(owner, None, decision)
        if entry is None:
            return Discovery(None, None, decide(None, None))
        organization, user = self.table.read(
            organization_lookup(entry.organization_id), user_lookup(entry.organization_id, entry.user_id)
        )
        return Discovery(organization, user, decide(organization, user))

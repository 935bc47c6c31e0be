"""Login policies: what an organization chose, and what that means for one address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.adapters.api_keys import api_key_lookup
from chalicelib.adapters.ledger import Ledger
from chalicelib.adapters.organizations import change_policy, domain_lookup
from chalicelib.adapters.users import address_lookup, user_lookup
from chalicelib.domain.deeds import for_reason, organization_changed
from chalicelib.domain.email_address import domain_of
from chalicelib.domain.login_policy import Decision, LoginPolicy, Reason, is_break_glass
from chalicelib.domain.message import message
from chalicelib.domain.organization import Organization
from chalicelib.domain.user import User
from chalicelib.errors import Conflict, FieldError, Invalid
from chalicelib.services.callers import invalid_api_key
from chalicelib.services.discovery import Discoveries, Discovery

EXEMPT_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class LoginPolicies:
    """Sets policies and applies them."""

    table: Ledger

    def put(
        self, organization: Organization, policy: LoginPolicy, now: datetime, *, reason: str | None = None
    ) -> Organization:
        """Replace the policy, if nobody has since the organization was read.

        Args:
            reason: why, for the audit log; where an operator does it.

        Raises:
            Invalid: an exempt ID is no user of this organization.
            Conflict: `break_glass_required`.
            Stale: somebody else saved first.
            NotFound: the organization has gone.
            Unavailable: the store did not answer.
        """
        exempt = self._exempt(organization, policy)
        if policy.required_for_admins and not any(is_break_glass(user, now) for user in exempt):
            raise Conflict("break_glass_required", message("fault.field.break_glass"))
        changed = replace(organization, policy=policy, policy_version=organization.policy_version + 1)
        write = change_policy(organization.id, policy, from_version=organization.policy_version)
        self.table.record(for_reason(organization_changed(organization, changed), reason), write, now=now)
        return changed

    def check(self, key_sha256: str, email: str) -> Discovery:
        """How the owner of an address may sign in, as far as this API key may know; two batches of reads at most.

        To an organization's key an address of another organization looks like an unknown one.

        Args:
            key_sha256: of the caller's API key.
            email: canonical.

        Raises:
            NotSignedIn: there is no such key.
            Unavailable: the store did not answer.
        """
        key, owner, entry = self.table.read(
            api_key_lookup(key_sha256), domain_lookup(domain_of(email)), address_lookup(email)
        )
        if key is None:
            raise invalid_api_key()
        found = Discoveries(self.table).of(owner, entry)
        foreign = found.organization is None or key.organization_id not in {None, found.organization.id}
        if foreign or found.decision.reason is Reason.UNKNOWN_USER:
            return Discovery(None, None, Decision(Reason.UNKNOWN_USER))
        return found

    def _exempt(self, organization: Organization, policy: LoginPolicy) -> list[User]:
        ids = policy.exempt_user_ids
        found = self.table.read_all([user_lookup(organization.id, user_id) for user_id in ids])
        errors = tuple(
            FieldError(f"/exempt_user_ids/{number}", "unknown_user", "No user of this organization has this ID.")
            for number, user in enumerate(found)
            if user is None
        )
        if errors:
            raise Invalid("invalid_request", "Some exempt users are unknown; see `errors`.", errors=errors)
        return [user for user in found if user is not None]

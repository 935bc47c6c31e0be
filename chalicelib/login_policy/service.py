"""Login policies: what an organization chose, and what that means for one address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.api_keys.authentication import admit_key
from chalicelib.api_keys.model import Scope
from chalicelib.api_keys.store import api_key_lookup
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.events import organization_changed, with_reason
from chalicelib.aws.transaction import Write
from chalicelib.errors import Conflict, FieldError, Invalid, Stale
from chalicelib.i18n.message import message
from chalicelib.login_policy.discovery import Discovery, HomeRealmDiscovery
from chalicelib.login_policy.model import Decision, LoginPolicy, Reason, is_break_glass
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import change_policy
from chalicelib.users.email_address import domain_of
from chalicelib.users.model import User
from chalicelib.users.store import address_lookup, require_unchanged, user_lookup

MAX_EXEMPT: Final = 50
_MAX_RETRIES: Final = 3


class _AdminChangedError(Stale):
    """The admin that the policy rests on was changed at the same time."""

    def __init__(self) -> None:
        super().__init__("stale", "Somebody else changed an exempt admin at the same time. Read it again, then repeat.")


@dataclass(frozen=True, slots=True)
class LoginPolicies:
    """Sets policies and applies them."""

    table: AuditedTable

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
        changed = replace(organization, policy=policy, policy_version=organization.policy_version + 1)
        write = change_policy(organization.id, policy, from_version=organization.policy_version)
        events = with_reason(organization_changed(organization, changed), reason)
        for _ in range(_MAX_RETRIES):
            rests_on = self._required_of(self._exempt(organization, policy), policy, now)
            try:
                self.table.commit(events, write, *rests_on, now=now)
            except _AdminChangedError:
                continue
            return changed
        raise _AdminChangedError

    def _required_of(self, exempt: list[User], policy: LoginPolicy, now: datetime) -> list[Write]:
        """The break-glass admins that the policy rests on: one of them must stay as they are until it is written."""
        if not policy.required_for_admins:
            return []
        found = [user for user in exempt if is_break_glass(user, now)]
        if not found:
            raise Conflict("break_glass_required", message("fault.field.break_glass"))
        return [require_unchanged(found[0], _AdminChangedError())]

    def check(self, key_sha256: str, email: str, now: datetime) -> Discovery:
        """How the owner of an address may sign in, as far as this API key may know; two batches of reads at most.

        To an organization's key an address of another organization looks like an unknown one.

        Args:
            key_sha256: of the caller's API key.
            email: canonical.

        Raises:
            NotSignedIn: there is no such key, or its time is over.
            NotAllowed: `insufficient_scope`.
            Unavailable: the store did not answer.
        """
        found_key, owner, entry = self.table.read(
            api_key_lookup(key_sha256), domain_lookup(domain_of(email)), address_lookup(email)
        )
        key = admit_key(self.table, found_key, Scope.POLICY_CHECK, now)
        found = HomeRealmDiscovery(self.table).of(owner, entry)
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

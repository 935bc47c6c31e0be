"""Sets login policies, and evaluates them for an address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from chalicelib.api_keys.authentication import admit_key
from chalicelib.api_keys.model import Scope
from chalicelib.api_keys.store import api_key_lookup
from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import with_reason
from chalicelib.aws.transaction import Write
from chalicelib.errors import Conflict, FieldError, Invalid, Stale
from chalicelib.i18n.message import message
from chalicelib.login_policy.discovery import Discovery, HomeRealmDiscovery
from chalicelib.login_policy.model import Decision, LoginPolicy, Reason, is_break_glass
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.events import organization_changed
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import change_policy
from chalicelib.users.email_address import domain_of
from chalicelib.users.model import User
from chalicelib.users.store import address_lookup, require_unchanged, user_lookup

MAX_EXEMPT: Final = 50
_MAX_RETRIES: Final = 3


class _AdminChangedError(Stale):
    """An admin on whom the policy depends was changed concurrently."""

    def __init__(self) -> None:
        super().__init__(message("problem.stale_exempt"))


@dataclass(frozen=True, slots=True)
class LoginPolicies:
    """Sets and evaluates policies."""

    table: AuditedTable

    def put(
        self, organization: Organization, policy: LoginPolicy, now: datetime, *, reason: str | None = None
    ) -> Organization:
        """Replaces the policy, if it is unchanged since the organization was read.

        Args:
            reason: the operator's reason, for the audit log.

        Raises:
            Invalid: an exempt ID is no user of this organization.
            Conflict: `break_glass_required`.
            Stale: the policy was changed concurrently.
            NotFound: the organization was deleted.
            Unavailable: the store did not answer.
        """
        changed = replace(organization, policy=policy, policy_version=organization.policy_version + 1)
        write = change_policy(organization.id, policy, from_version=organization.policy_version)
        events = with_reason(organization_changed(organization, changed), reason)
        for _ in range(_MAX_RETRIES):
            conditions = self._require_break_glass(self._exempt(organization, policy), policy, now)
            try:
                self.table.commit(events, write, *conditions, now=now)
            except _AdminChangedError:
                continue
            return changed
        raise _AdminChangedError

    def _require_break_glass(self, exempt: list[User], policy: LoginPolicy, now: datetime) -> list[Write]:
        """Returns conditions on the break-glass admins: one of them must be unchanged when the policy is written."""
        if not policy.required_for_admins:
            return []
        found = [user for user in exempt if is_break_glass(user, now)]
        if not found:
            raise Conflict("break_glass_required", message("fault.field.break_glass"))
        return [require_unchanged(found[0], _AdminChangedError())]

    def check(self, key_sha256: str, email: str, now: datetime) -> Discovery:
        """Returns the permitted sign-in methods of an address, as far as this API key may know; two batches of reads at
        most.

        To an organization's key an address of another organization is indistinguishable from an unknown one.

        Args:
            key_sha256: of the caller's API key.
            email: canonical.

        Raises:
            NotSignedIn: the key does not exist or has expired.
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
            FieldError(f"/exempt_user_ids/{number}", "unknown_user", message("problem.field.unknown_user"))
            for number, user in enumerate(found)
            if user is None
        )
        if errors:
            raise Invalid("invalid_request", message("problem.invalid_request.exempt"), errors=errors)
        return [user for user in found if user is not None]

"""Ensures that an organization whose policy also binds admins keeps a break-glass admin: one who can sign in by
password when single sign-on fails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.aws.dynamodb import Table
from chalicelib.aws.transaction import Write
from chalicelib.errors import Conflict, NotFound, Stale
from chalicelib.i18n.message import message
from chalicelib.login_policy.model import is_break_glass
from chalicelib.organizations.store import last_admin, lose_admin, organization_lookup
from chalicelib.users.model import User
from chalicelib.users.store import user_lookup


def admin_loss(table: Table, admin: User, change: int, now: datetime) -> Write:
    """Returns the write to the organization for losing an active admin, or an admin's password.

    The write is conditional on the policy that was checked. Where the policy depends on this admin, it also increments
    the policy's version, so that of two concurrent losses the second is checked again.

    Args:
        change: of the number of active admins.

    Raises:
        Conflict: `break_glass_required`, `last_admin`.
        NotFound: the organization was deleted.
        Unavailable: the store did not answer.
    """
    (organization,) = table.read(organization_lookup(admin.organization_id))
    if organization is None:
        raise NotFound
    if change < 0 and organization.active_admins + change < 1:
        raise last_admin()
    seen, policy = organization.policy_version, organization.policy
    is_exempt = policy.required_for_admins and admin.id in policy.exempt_user_ids
    if is_exempt:
        _require_another(table, admin, policy.exempt_user_ids, now)
    return lose_admin(
        organization.id,
        change,
        seen_policy_version=seen,
        policy_version=seen + 1 if is_exempt else seen,
        refused=Stale(message("problem.stale_organization")),
    )


def _require_another(table: Table, admin: User, exempt_ids: Sequence[str], now: datetime) -> None:
    found = table.read_all([user_lookup(admin.organization_id, other) for other in exempt_ids if other != admin.id])
    if not any(other is not None and is_break_glass(other, now) for other in found):
        raise Conflict(
            "break_glass_required",
        )

"""The active admins of an organization, by markers that each change of a user keeps in its own transaction."""

from __future__ import annotations

from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Stale
from chalicelib.organizations.model import Organization
from chalicelib.users.model import User
from chalicelib.users.store import admin_ids_of, mark_admin, require_unchanged, users_of

_PAGE: Final = 200


def admin_ids(table: Table, organization: Organization, *, limit: int) -> tuple[str, ...]:
    """Returns the IDs of active admins, oldest first, however many users the organization has.

    Markers are missing where an earlier version stored the users; then they are written first.

    Raises:
        Unavailable: the store did not answer.
    """
    found = table.page_forward(admin_ids_of(organization.id), limit=limit).values
    if len(found) >= min(limit, organization.active_admins):
        return found
    _mark_admins(table, organization.id)
    return table.page_forward(admin_ids_of(organization.id), limit=limit).values


def _mark_admins(table: Table, organization_id: str) -> None:
    """Reads every user of the organization and marks the active admins."""
    after: str | None = None
    while True:
        page = table.page(users_of(organization_id), limit=_PAGE, after=after)
        for user in page.values:
            if user.is_active_admin:
                _mark_unchanged_admin(table, user)
        if (after := page.after) is None:
            return


def _mark_unchanged_admin(table: Table, user: User) -> None:
    try:
        table.write(mark_admin(user), require_unchanged(user, Stale()))
    except Stale:  # the concurrent change has written or deleted the marker
        return

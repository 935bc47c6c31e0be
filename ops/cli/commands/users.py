"""People of an organization."""

from __future__ import annotations

from typing import Final

from chalicelib.container import Container
from chalicelib.users.model import User
from ops.cli.arguments import AFTER, LIMIT, ORGANIZATION_ID
from ops.cli.command import Command, CommandGroup, Options
from ops.cli.output import Listing, Values
from ops.cli.queries import organization_with_id


def list_all(options: Options, container: Container) -> Listing:
    """Users of one organization, newest first."""
    organization = organization_with_id(container, options.organization)
    page = container.users.page(organization.id, limit=options.limit, after=options.after)
    columns = ("id", "email", "role", "status", "has_password", "last_sign_in_at", "created_at")
    return Listing(columns, [_row(user) for user in page.values], {"after": page.after} if page.after else {})


def _row(user: User) -> Values:
    return {
        "id": user.id,
        "organization_id": user.organization_id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "status": user.status,
        "has_password": user.password_hash is not None,
        "last_sign_in_at": user.last_sign_in_at,
        "last_password_sign_in_at": user.last_password_sign_in_at,
        "displaced_at": user.displaced_at,
        "created_at": user.created_at,
    }


USER: Final = CommandGroup(
    "user",
    "People of an organization",
    (
        Command(
            "list",
            "list an organization's users, newest first",
            "user list org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8",
            list_all,
            (ORGANIZATION_ID, LIMIT, AFTER),
        ),
    ),
)

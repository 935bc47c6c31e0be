"""Customers."""

from __future__ import annotations

from typing import Final

from chalicelib.container import Container
from chalicelib.errors import NotFound, SsoError
from chalicelib.i18n.message import message
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization, Plan
from chalicelib.organizations.store import tombstone_lookup
from chalicelib.users.model import Role
from ops.cli.arguments import AFTER, LIMIT, ORGANIZATION_ID
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.output import Listing, Record, Values
from ops.cli.queries import organization_with_id


def create(options: Options, container: Container) -> Record:
    """A new organization with its first admin, and the link with which that person signs in for the first time."""
    now = container.clock()
    organization = container.organizations.create(
        name=options.name, plan=Plan(options.plan), domains=options.domain, now=now
    )
    try:
        admin = container.users.create(organization_id=organization.id, email=options.admin, role=Role.ADMIN, now=now)
    except SsoError:
        container.organizations.delete(organization.id, now)
        raise
    link = container.links.invite(organization.id, admin.id, now).url
    return Record({"organization_id": organization.id, "user_id": admin.id, "link": link})


def list_all(options: Options, container: Container) -> Listing:
    """Organizations, newest first."""
    page = container.organizations.page(limit=options.limit, after=options.after)
    columns = ("id", "name", "plan", "domains", "mode", "connections", "active_admins", "created_at")
    return Listing(columns, [_row(o) for o in page.values], {"after": page.after} if page.after else {})


def show(options: Options, container: Container) -> Record:
    """One organization."""
    organization = organization_with_id(container, options.organization)
    connections = [
        {"id": c.id, "name": c.name, "status": c.status, "jit_provisioning": c.jit_provisioning}
        for c in organization.connections
    ]
    more = {"updated_at": organization.updated_at, "external_id": organization.external_id, "connections": connections}
    return Record({**_row(organization), **more})


def delete(options: Options, container: Container) -> Record:
    """Delete an organization with everything below it; one whose deletion was interrupted is deleted to the end."""
    missing = NotFound("not_found", message("problem.not_found.organization", id=options.organization))
    if not is_id(options.organization, "org"):
        raise missing
    (organization,) = container.table.read(tombstone_lookup(options.organization))
    if organization is None:
        raise missing
    if options.confirm != organization.name:
        raise ValueError(f"Nothing was deleted: --confirm must be its name, {organization.name!r}.")
    while not container.organizations.delete(organization.id, container.clock()):
        pass
    return Record({"organization_id": organization.id, "deleted": True})


def _row(organization: Organization) -> Values:
    return {
        "id": organization.id,
        "name": organization.name,
        "plan": organization.plan,
        "domains": [domain.domain for domain in organization.domains],
        "mode": organization.mode,
        "connections": len(organization.connections),
        "active_admins": organization.active_admins,
        "created_at": organization.created_at,
    }


_EXAMPLE_ID: Final = "org_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8"
_PLANS: Final = [plan.value for plan in Plan]

ORGANIZATION: Final = CommandGroup(
    "organization",
    "Customers",
    (
        Command(
            "create",
            "create an organization with its first admin; prints the admin's one-time link",
            "organization create --name Acme --domain acme.com --admin lee@acme.com",
            create,
            (
                argument("--name", required=True),
                argument("--admin", required=True, metavar="EMAIL"),
                argument("--plan", choices=_PLANS, default=Plan.ENTERPRISE.value),
                argument("--domain", action="append", default=[], help="a verified domain; may be repeated"),
            ),
        ),
        Command("list", "list them, newest first", "organization list --limit 20", list_all, (LIMIT, AFTER)),
        Command("show", "show one with its connections", f"organization show {_EXAMPLE_ID}", show, (ORGANIZATION_ID,)),
        Command(
            "delete",
            "permanently delete an organization with its users, connections and certificates",
            f"organization delete {_EXAMPLE_ID} --confirm Acme",
            delete,
            (ORGANIZATION_ID, argument("--confirm", required=True, metavar="NAME", help="its name, as confirmation")),
        ),
    ),
)

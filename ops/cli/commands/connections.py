"""Connections, as the operator sees them: whatever the plan, and with what their identity provider needs of us."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.model import Connection
from chalicelib.container import Container
from chalicelib.organizations.model import Organization
from chalicelib.saml.service_provider import service_provider
from ops.cli.arguments import CONNECTION_ID
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.output import Listing, Record, Values
from ops.cli.queries import connection_with_id, connections_of, every_connection, organization_with_id


def list_all(options: Options, container: Container) -> Listing:
    """Connections of one organization, or all."""
    if options.organization:
        organization = organization_with_id(container, options.organization)
        found = [(organization, connection) for connection in connections_of(container, organization)]
    else:
        found = list(every_connection(container))
    rows = [_row(organization, connection) for organization, connection in found]
    wanted = [row for row in rows if options.status in (None, row["status"])]
    columns = ("id", "organization", "name", "provider", "status", "certificate_ends_at", "last_sign_in_at")
    return Listing(columns, wanted)


def show(options: Options, container: Container) -> Record:
    """One connection."""
    organization, connection = connection_with_id(container, options.connection)
    sp = service_provider(container.settings.base_url, connection.id)
    test = connection.last_test
    values = {
        **_row(organization, connection),
        "plan": organization.plan,
        "single_sign_on_url": sp.acs_url,
        "sp_entity_id": sp.entity_id,
        "sp_metadata_url": sp.metadata_url,
        "login_url": sp.login_url,
        "identity_provider_url": connection.identity_provider_url,
        "identity_provider_issuer": connection.identity_provider_issuer,
        "metadata_url": connection.metadata_url,
        "allow_idp_initiated": connection.allow_idp_initiated,
        "clock_skew_seconds": connection.clock_skew_seconds,
        "jit_provisioning": connection.jit_provisioning,
        "has_pending_values": connection.pending is not None,
        "last_test": None if test is None else {"at": test.created_at, "code": test.code, "attempt": test.attempt_id},
        "version": connection.version,
        "certificates": [
            {"sha256": c.sha256, "not_after": c.not_after, "age": c.age(container.clock()), "subject": c.subject}
            for c in connection.certificates
        ],
    }
    return Record(values)


def enable(options: Options, container: Container) -> Record:
    """Switch a connection on."""
    _, connection = connection_with_id(container, options.connection)
    changed = container.connections.enable(connection, container.clock())
    return Record({"connection_id": changed.id, "status": changed.status})


def disable(options: Options, container: Container) -> Record:
    """Switch a connection off."""
    _, connection = connection_with_id(container, options.connection)
    changed = container.connections.disable(connection, container.clock())
    return Record({"connection_id": changed.id, "status": changed.status})


def _row(organization: Organization, connection: Connection) -> dict[str, object]:
    ends = [certificate.not_after for certificate in connection.certificates]
    row: Values = {
        "id": connection.id,
        "organization_id": organization.id,
        "organization": organization.name,
        "name": connection.name,
        "provider": connection.provider.value,
        "status": connection.status.value,
        "certificate_ends_at": max(ends, default=None),
        "last_sign_in_at": connection.last_sign_in_at,
        "created_at": connection.created_at,
    }
    return dict(row)


_EXAMPLE_ID: Final = "conn_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8"

CONNECTION: Final = CommandGroup(
    "connection",
    "SSO configurations",
    (
        Command(
            "list",
            "list connections",
            "connection list --status ready",
            list_all,
            (
                argument("--organization", metavar="ID", help="only those of this organization"),
                argument(
                    "--status",
                    choices=["draft", "ready", "active", "disabled"],
                    help="only those with this status",
                ),
            ),
        ),
        Command(
            "show",
            "show a connection with its values and those of the identity provider",
            f"connection show {_EXAMPLE_ID}",
            show,
            (CONNECTION_ID,),
        ),
        Command(
            "enable",
            "enable a connection; one that was verified is active at once",
            f"connection enable {_EXAMPLE_ID}",
            enable,
            (CONNECTION_ID,),
        ),
        Command(
            "disable",
            "disable a connection; its sign-ins are refused, and members can use passwords",
            f"connection disable {_EXAMPLE_ID}",
            disable,
            (CONNECTION_ID,),
        ),
    ),
)

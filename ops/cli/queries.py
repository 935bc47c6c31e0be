"""Ways through everything that is stored, a page at a time: nothing keeps more than one page in memory."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup
from chalicelib.container import Container
from chalicelib.errors import NotFound
from chalicelib.i18n.message import message
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup

_PAGE = 100


def every_organization(container: Container) -> Iterator[Organization]:
    """All organizations that are not being deleted, newest first."""
    after: str | None = None
    while True:
        page = container.organizations.page(limit=_PAGE, after=after)
        yield from page.values
        if (after := page.after) is None:
            return


def connections_of(container: Container, organization: Organization) -> tuple[Connection, ...]:
    """An organization's connections, oldest first, whatever its plan."""
    found = container.table.read_all([connection_lookup(summary.id) for summary in organization.connections])
    return tuple(connection for connection in found if connection is not None)


def every_connection(container: Container) -> Iterator[tuple[Organization, Connection]]:
    """All connections with their organizations."""
    for organization in every_organization(container):
        for connection in connections_of(container, organization):
            yield organization, connection


def connection_with_id(container: Container, connection_id: str) -> tuple[Organization, Connection]:
    """One connection with its organization.

    Raises:
        NotFound: there is none.
    """
    missing = NotFound("not_found", message("problem.not_found.connection", id=connection_id))
    if not is_id(connection_id, "conn"):
        raise missing
    (connection,) = container.table.read(connection_lookup(connection_id))
    if connection is None:
        raise missing
    (organization,) = container.table.read(organization_lookup(connection.organization_id))
    if organization is None:
        raise missing
    return organization, connection


def organization_with_id(container: Container, organization_id: str) -> Organization:
    """One organization.

    Raises:
        NotFound: there is none.
    """
    try:
        return container.organizations.get(organization_id)
    except NotFound:
        raise NotFound("not_found", message("problem.not_found.organization", id=organization_id)) from None

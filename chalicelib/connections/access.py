"""The connection that a request is about: what to read together with the caller, and whether the caller may have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.aws.dynamodb import Lookup
from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup
from chalicelib.errors import NotAllowed, NotFound
from chalicelib.i18n.message import message
from chalicelib.identifier import is_id
from chalicelib.idp_metadata.model import MetadataCheck
from chalicelib.idp_metadata.store import metadata_check_lookup
from chalicelib.organizations.model import Organization
from chalicelib.sessions.signed_in import SignedInSession
from chalicelib.settings import Settings


@dataclass(frozen=True, slots=True)
class LoadedConnection:
    """A connection as read with the request's caller.

    Attributes:
        check: the last check of its current metadata URL.
    """

    connection: Connection
    organization: Organization
    check: MetadataCheck | None


def connection_lookups(connection_id: str, now: datetime) -> tuple[Lookup[Any], ...]:
    """Looks up a connection and its last metadata check; nothing for a malformed ID."""
    if not is_id(connection_id, "conn"):
        return ()
    return (connection_lookup(connection_id), metadata_check_lookup(connection_id, now))


def lookups_in(path: Mapping[str, str], now: datetime) -> tuple[Lookup[Any], ...]:
    """Looks up the connection of a path, for pages."""
    return connection_lookups(path["connection_id"], now)


def loaded_with(who: SignedInSession, settings: Settings) -> LoadedConnection:
    """Requires the connection that was read together with a session.

    Raises:
        NotAllowed, NotFound: see `require_loaded`.
    """
    return require_loaded(who.organization, who.found, settings)


def require_loaded(organization: Organization, found: Sequence[Any], settings: Settings) -> LoadedConnection:
    """Requires a connection of this organization.

    Args:
        found: the items of `connection_lookups`.

    Raises:
        NotAllowed: `enterprise_plan_required`.
        NotFound: there is no such connection, or it belongs to another organization.
    """
    connection, check = found or (None, None)
    required = require_connection(organization, connection, settings)
    return LoadedConnection(required, organization, current_check(required, check))


def require_connection(organization: Organization, connection: Connection | None, settings: Settings) -> Connection:
    """Requires a connection of this organization.

    Raises:
        NotAllowed: `enterprise_plan_required`.
        NotFound: there is no such connection, or it belongs to another organization.
    """
    require_enterprise(organization, settings)
    if connection is None or connection.organization_id != organization.id:
        raise NotFound
    return connection


def require_enterprise(organization: Organization, settings: Settings) -> None:
    """Requires a plan with single sign-on.

    Raises:
        NotAllowed: `enterprise_plan_required`.
    """
    if not organization.is_enterprise:
        raise enterprise_required(settings)


def enterprise_required(settings: Settings) -> NotAllowed:
    """Returns the refusal on a plan without single sign-on, which names the contact."""
    text = message("problem.enterprise_plan_required", contact=settings.support_contact)
    return NotAllowed("enterprise_plan_required", text)


def current_check(connection: Connection, check: MetadataCheck | None) -> MetadataCheck | None:
    """Returns the check if it was one of the connection's current metadata URL."""
    return check if check is not None and check.metadata_url == connection.metadata_url else None

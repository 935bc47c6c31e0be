"""Who changed a connection last."""

from __future__ import annotations

import pytest

from chalicelib.audit_log.actor import ActorKind
from chalicelib.connections.last_change import last_changed_by
from chalicelib.connections.model import Connection
from chalicelib.organizations.model import Organization
from chalicelib.request_context import RequestContext, bind, set_actor
from chalicelib.users.model import Role
from tests.support.deployment import Deployment


def change(deployment: Deployment, connection: Connection, kind: ActorKind, actor_id: str | None) -> Connection:
    """Saves the connection, later than the previous save."""
    deployment.later(seconds=1)
    configurations = deployment.container.connections
    with bind(RequestContext()):
        set_actor(kind, actor_id, None)
        return configurations.change(
            configurations.get(connection.organization_id, connection.id),
            {"name": kind.value},
            connection.version,
            deployment.now,
        )


def test_an_admin_is_named_by_their_address_while_they_are_there(deployment: Deployment, acme: Organization) -> None:
    user = deployment.user(acme, "dana@acme.test", Role.ADMIN)
    connection = change(deployment, deployment.connection(acme), ActorKind.USER, user.id)
    change(deployment, deployment.connection(acme), ActorKind.API_KEY, "key_1")
    assert last_changed_by(connection) == "dana@acme.test"
    deployment.later(seconds=1)
    again = change(deployment, connection, ActorKind.USER, "usr_gone")
    assert last_changed_by(again) == "Someone else"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ActorKind.API_KEY, "An API key"),
        (ActorKind.SETUP_LINK, "A setup link guest"),
        (ActorKind.SCHEDULE, "The daily metadata refresh"),
        (ActorKind.ANONYMOUS, "Someone else"),
    ],
)
def test_an_actor_without_an_address_is_named_by_its_kind(
    deployment: Deployment, acme: Organization, kind: ActorKind, name: str
) -> None:
    connection = deployment.connection(acme)
    assert last_changed_by(connection) == "Someone else"
    assert last_changed_by(change(deployment, connection, kind, None)) == name

from __future__ import annotations

import pytest

from chalicelib.aws.transaction import update
from chalicelib.connections.store import connection_key, purge_connection
from chalicelib.errors import NotFound
from tests.support.deployment import Deployment


def rename(deployment: Deployment, connection_id: str, name: str) -> None:
    deployment.container.table.write(update(connection_key(connection_id), {"name": name}))


def test_a_connection_is_remembered_for_30_seconds(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization(), name="old")
    cache = deployment.container.connection_cache
    assert cache.get(connection.id, deployment.now).name == "old"
    rename(deployment, connection.id, "new")
    deployment.later(seconds=29)
    assert cache.get(connection.id, deployment.now).name == "old"
    deployment.later(seconds=1)
    assert cache.get(connection.id, deployment.now).name == "new"


def test_a_refresh_reads_again_unless_this_very_request_has_read(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization(), name="old")
    cache = deployment.container.connection_cache
    cache.get(connection.id, deployment.now)
    rename(deployment, connection.id, "new")
    assert cache.refresh(connection.id, deployment.now).name == "old"
    deployment.later(milliseconds=1)
    assert cache.refresh(connection.id, deployment.now).name == "new"


def test_a_deleted_connection_is_forgotten_when_it_is_read_again(deployment: Deployment) -> None:
    connection = deployment.connection(deployment.organization())
    cache = deployment.container.connection_cache
    cache.get(connection.id, deployment.now)
    deployment.container.table.write(purge_connection(connection.id))
    deployment.later(seconds=1)
    for read in (cache.refresh, cache.get):
        with pytest.raises(NotFound):
            read(connection.id, deployment.now)


@pytest.mark.parametrize("name", ["", "conn_", "x" * 3000, "conn_" + "0" * 31 + "%", "../conn"])
def test_what_is_not_an_identifier_is_not_even_looked_up(deployment: Deployment, name: str) -> None:
    with pytest.raises(NotFound):
        deployment.container.connection_cache.get(name, deployment.now)

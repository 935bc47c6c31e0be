from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.adapters.connections import connection_key, erase_connection
from chalicelib.adapters.write import update
from chalicelib.errors import NotFound
from tests.deployment import Deployment, deployed


@pytest.fixture
def house() -> Iterator[Deployment]:
    with deployed() as made:
        yield made


def rename(house: Deployment, connection_id: str, name: str) -> None:
    house.container.table.write(update(connection_key(connection_id), {"name": name}))


def test_a_connection_is_remembered_for_30_seconds(house: Deployment) -> None:
    connection = house.connection(house.organization(), name="old")
    cache = house.container.connections
    assert cache.get(connection.id, house.now).name == "old"
    rename(house, connection.id, "new")
    house.later(seconds=29)
    assert cache.get(connection.id, house.now).name == "old"
    house.later(seconds=1)
    assert cache.get(connection.id, house.now).name == "new"


def test_a_refresh_reads_again_unless_this_very_request_has_read(house: Deployment) -> None:
    connection = house.connection(house.organization(), name="old")
    cache = house.container.connections
    cache.get(connection.id, house.now)
    rename(house, connection.id, "new")
    assert cache.refresh(connection.id, house.now).name == "old"
    house.later(milliseconds=1)
    assert cache.refresh(connection.id, house.now).name == "new"


def test_a_deleted_connection_is_forgotten_when_it_is_read_again(house: Deployment) -> None:
    connection = house.connection(house.organization())
    cache = house.container.connections
    cache.get(connection.id, house.now)
    house.container.table.write(erase_connection(connection.id))
    house.later(seconds=1)
    for read in (cache.refresh, cache.get):
        with pytest.raises(NotFound):
            read(connection.id, house.now)


@pytest.mark.parametrize("name", ["", "conn_", "x" * 3000, "conn_" + "0" * 31 + "%", "../conn"])
def test_what_is_no_identifier_is_not_even_looked_up(house: Deployment, name: str) -> None:
    with pytest.raises(NotFound):
        house.container.connections.get(name, house.now)

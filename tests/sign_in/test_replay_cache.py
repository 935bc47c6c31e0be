from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import SignInRefused
from chalicelib.sign_in.replay_cache import MARGIN, consume, consumed_lookup
from tests.support.deployment import new_deployment

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=8)


@pytest.fixture
def table() -> Iterator[Table]:
    with new_deployment() as deployment:
        yield deployment.container.table


def test_a_message_serves_once(table: Table) -> None:
    table.write(consume("conn_a", "assertion", "_1", acceptable_until=UNTIL, now=NOW))
    with pytest.raises(SignInRefused) as caught:
        table.write(consume("conn_a", "assertion", "_1", acceptable_until=UNTIL, now=NOW))
    assert caught.value.code == "saml_replayed"


def test_the_memory_outlives_the_message(table: Table) -> None:
    table.write(consume("conn_a", "assertion", "_1", acceptable_until=UNTIL, now=NOW))
    with pytest.raises(SignInRefused):
        table.write(consume("conn_a", "assertion", "_1", acceptable_until=UNTIL, now=UNTIL + timedelta(minutes=1)))


def test_an_item_that_ttl_has_not_deleted_yet_counts_for_nothing(table: Table) -> None:
    table.write(consume("conn_a", "assertion", "_1", acceptable_until=UNTIL, now=NOW))
    late = UNTIL + MARGIN
    assert table.read(consumed_lookup("conn_a", "assertion", "_1", NOW)) == (True,)
    assert table.read(consumed_lookup("conn_a", "assertion", "_1", late)) == (None,)
    table.write(consume("conn_a", "assertion", "_1", acceptable_until=late, now=late))


@pytest.mark.parametrize(
    "other", [("conn_b", "assertion", "_1"), ("conn_a", "request", "_1"), ("conn_a", "assertion", "_2")]
)
def test_connections_kinds_and_ids_are_remembered_apart(table: Table, other: tuple[str, str, str]) -> None:
    table.write(consume("conn_a", "assertion", "_1", acceptable_until=UNTIL, now=NOW))
    connection, kind, message = other
    table.write(consume(connection, kind, message, acceptable_until=UNTIL, now=NOW))  # type: ignore[arg-type]


def test_an_id_of_any_length_and_kind_can_be_remembered(table: Table) -> None:
    for message in ("x" * 100_000, "\U0001f600", "a#b", "\ud800"):
        table.write(consume("conn_a", "assertion", message, acceptable_until=UNTIL, now=NOW))

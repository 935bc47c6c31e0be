from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import TooManyRequests
from chalicelib.sign_in.rejection_rate_limit import count_refusal
from tests.support.deployment import new_deployment

START = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


@pytest.fixture
def table() -> Iterator[Table]:
    with new_deployment() as deployment:
        yield deployment.container.table


def test_the_count_starts_anew_every_minute(table: Table) -> None:
    for _ in range(2):
        table.write(count_refusal("conn_a", "192.0.2.7", START, limit=2))
    with pytest.raises(TooManyRequests) as caught:
        table.write(count_refusal("conn_a", "192.0.2.7", START + timedelta(seconds=59), limit=2))
    assert caught.value.retry_after == 1
    table.write(count_refusal("conn_a", "192.0.2.7", START + timedelta(seconds=60), limit=2))


def test_sources_and_connections_are_counted_apart(table: Table) -> None:
    table.write(count_refusal("conn_a", "192.0.2.7", START, limit=1))
    table.write(count_refusal("conn_a", "192.0.2.8", START, limit=1))
    table.write(count_refusal("conn_b", "192.0.2.7", START, limit=1))
    with pytest.raises(TooManyRequests):
        table.write(count_refusal("conn_b", "192.0.2.7", START, limit=1))

"""Adapters on embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.adapters.table import Table
from tests.deployment import Deployment, new_deployment


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    """An empty deployment."""
    with new_deployment() as made:
        yield made


@pytest.fixture
def table(deployment: Deployment) -> Table:
    """Its table."""
    return deployment.container.table

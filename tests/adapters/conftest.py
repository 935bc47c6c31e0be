"""Adapters on embedded AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.adapters.table import Table
from tests.deployment import Deployment, deployed


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    """An empty deployment."""
    with deployed() as made:
        yield made


@pytest.fixture
def table(deployment: Deployment) -> Table:
    """Its table."""
    return deployment.container.table

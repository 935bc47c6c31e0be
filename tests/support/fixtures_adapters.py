"""Adapters on embedded AWS."""

from __future__ import annotations

import pytest

from chalicelib.aws.dynamodb import Table
from tests.support.deployment import Deployment


@pytest.fixture
def table(deployment: Deployment) -> Table:
    """Its table."""
    return deployment.container.table

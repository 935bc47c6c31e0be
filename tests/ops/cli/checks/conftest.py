from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ops.cli.checks.healthy import FakeDeployment, fake_deployment


@pytest.fixture
def doctor() -> Iterator[FakeDeployment]:
    """A healthy deployment."""
    with fake_deployment() as made:
        yield made

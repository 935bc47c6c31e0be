from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ops.operator.doctor.healthy import Practice, practice


@pytest.fixture
def doctor() -> Iterator[Practice]:
    """A healthy deployment."""
    with practice() as made:
        yield made

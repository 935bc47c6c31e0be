"""Folders whose tests run without coverage, which nearly doubles the CPU of a test.

Their subject is the whole product in another process, AWS's failures, or `ops` and `tools`. The tests of the
capabilities alone must reach the limit of branch coverage.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

_TESTS: Final = Path(__file__).parents[1]
_UNMEASURED: Final = tuple(
    _TESTS / folder for folder in ("browser", "deploy", "faults", "interop", "journeys", "ops", "real_runtime", "tools")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of these folders for pytest-cov."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in _UNMEASURED):
            item.add_marker(pytest.mark.no_cover)

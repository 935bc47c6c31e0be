"""The running product, for tests over HTTP and in browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ops.local.launch import LocalRun


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """`make run` with its demo data, in a process of its own. One for all tests: make organizations of your own."""
    with LocalRun(tmp_path_factory.mktemp("product") / "data") as product:
        yield product

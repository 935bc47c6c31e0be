"""Resets the language, which is a context variable, around each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.i18n.catalog import set_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """No test depends on the language that the previous one set."""
    set_language(None)
    yield
    set_language(None)

"""Fixtures for every test. Nothing starts before a test does."""

from collections.abc import Iterator

import pytest

from chalicelib.routes.words import set_language
from tests.aws_calls import pytest_sessionfinish as pytest_sessionfinish
from tests.built_package import built_package as built_package
from tests.chromium import chromium as chromium
from tests.chromium import context as context
from tests.chromium import page as page
from tests.running_product import product as product


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """No test finds the language of the one before it."""
    set_language(None)
    yield
    set_language(None)

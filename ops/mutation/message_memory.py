"""A pytest plugin: each message of the corpus is built and signed once, not once for every mutant."""

from __future__ import annotations

import sys
from functools import cache

import pytest

from tests.identity_provider import sending


class _Memory:
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Put a remembering `send` and `document` wherever tests imported them."""
        for name in ("send", "document"):
            original = getattr(sending, name)
            remembering = cache(original)
            for module in [module for path, module in sys.modules.items() if path.startswith("tests.")]:
                if vars(module).get(name) is original:
                    setattr(module, name, remembering)


def remember_messages() -> object:
    """The plugin."""
    return _Memory()

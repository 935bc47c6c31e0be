"""A snapshot of a deployment's AWS state, restored before each try: creating it anew took a third of these tests."""

from __future__ import annotations

import copy
from typing import Any, Final

from moto.backends import get_backend

from tests.support.deployment import Deployment

_PLACE: Final = ("123456789012", "eu-west-1")


class Backdrop:
    """As everything is now: every item, every secret, the clock."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._items = copy.deepcopy(self._table().items)
        self._held = copy.deepcopy({name: self._secrets()[name] for name in self._names()})
        self._now = deployment.now

    def put_back(self) -> None:
        """As it was; a new process looks at it."""
        self._table().items = copy.deepcopy(self._items)
        for name in self._names():
            del self._secrets()[name]
        self._secrets().update(copy.deepcopy(self._held))
        self._deployment.clock[0] = self._now
        self._deployment.calls.clear()
        self._deployment.restart()

    def _table(self) -> Any:
        account, region = _PLACE
        return get_backend("dynamodb")[account][region].get_table(self._deployment.container.settings.table_name)

    def _secrets(self) -> Any:
        account, region = _PLACE
        return get_backend("secretsmanager")[account][region].secrets

    def _names(self) -> list[str]:
        prefix = self._deployment.container.settings.secret_prefix
        return [name for name in self._secrets() if str(name).startswith(f"{prefix}/")]

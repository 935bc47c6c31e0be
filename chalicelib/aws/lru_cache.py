"""What a warm process remembers of many, so many at most: whatever was not asked for longest goes first.

The local run has many threads: where two ask at once, one may miss what is remembered, and reads it again.
"""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """Values by key.

    Args:
        most: how many are kept.
    """

    def __init__(self, capacity: int) -> None:
        self._most = capacity
        self._values: dict[K, V] = {}  # the one that was used last is last

    def get(self, key: K) -> V | None:
        """The value, if it is remembered still."""
        if (value := self._values.pop(key, None)) is None:
            return None
        self._values[key] = value
        return value

    def put(self, key: K, value: V) -> None:
        """Remember it, in place of the one that was not used for the longest time where there is no room."""
        self._values.pop(key, None)
        if len(self._values) >= self._most:
            self._values.pop(next(iter(self._values)), None)
        self._values[key] = value

    def remove(self, key: K) -> None:
        """Remember it no longer."""
        self._values.pop(key, None)

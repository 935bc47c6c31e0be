"""A bounded in-process LRU cache.

The local run is multithreaded: on a concurrent access, one thread may miss a cached value and read it again.
"""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """Maps keys to values and evicts the least recently used.

    Args:
        most: maximum number of entries.
    """

    def __init__(self, capacity: int) -> None:
        self._most = capacity
        self._values: dict[K, V] = {}  # ordered by last use, most recent last

    def get(self, key: K) -> V | None:
        """Returns the value, or None if it isn't cached."""
        if (value := self._values.pop(key, None)) is None:
            return None
        self._values[key] = value
        return value

    def put(self, key: K, value: V) -> None:
        """Stores the value; when the cache is full, evicts the least recently used one."""
        self._values.pop(key, None)
        if len(self._values) >= self._most:
            self._values.pop(next(iter(self._values)), None)
        self._values[key] = value

    def remove(self, key: K) -> None:
        """Removes the value, if cached."""
        self._values.pop(key, None)

"""Caches connections in a warm Lambda process for at most 30 seconds.

A stale copy can't let a user in: every sign-in reads the organization, whose summary has the connection's current
version.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.aws.lru_cache import LRUCache
from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup
from chalicelib.errors import NotFound
from chalicelib.identifier import is_id

TTL: Final = timedelta(seconds=30)
_MAX_CACHED: Final = 1_000


class ConnectionCache:
    """Reads connections by their ID."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known = LRUCache[str, tuple[datetime, Connection]](_MAX_CACHED)

    def get(self, connection_id: str, now: datetime) -> Connection:
        """Returns the connection, at most 30 seconds old.

        Raises:
            NotFound: there is no such connection.
            Unavailable: the store did not respond.
        """
        known = self._known.get(connection_id)
        if known is not None and now - known[0] < TTL:
            return known[1]
        return self.refresh(connection_id, now)

    def read_at(self, connection_id: str) -> datetime | None:
        """When the cached copy was read; None if there is none."""
        known = self._known.get(connection_id)
        return known[0] if known else None

    def forget(self, connection_id: str) -> None:
        """Removes a connection that this process changed, so that the next request reads it again."""
        self._known.remove(connection_id)

    def refresh(self, connection_id: str, now: datetime) -> Connection:
        """Returns the connection as of the current request.

        Raises:
            NotFound: there is no such connection.
            Unavailable: the store did not respond.
        """
        if not is_id(connection_id, "conn"):
            raise NotFound
        known = self._known.get(connection_id)
        if known is not None and known[0] == now:  # already read during this request
            return known[1]
        (connection,) = self._table.read(connection_lookup(connection_id))
        if connection is None:
            self._known.remove(connection_id)
            raise NotFound
        self._known.put(connection_id, (now, connection))
        return connection

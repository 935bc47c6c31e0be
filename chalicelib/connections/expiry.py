"""Daily check for expiring certificates of identity providers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.connections.events import certificate_expiring
from chalicelib.connections.expiry_notice import CertificateNotice, lowest_days_left, notices_due
from chalicelib.connections.expiry_store import last_run_lookup, notice_lookup, record_notice, record_run
from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_lookup
from chalicelib.errors import Conflict
from chalicelib.organizations.store import every_organization

_PAGE: Final = 100
_LOG: Final = logging.getLogger("gatehouse")


@dataclass(frozen=True, slots=True)
class CertificateExpiryMonitor:
    """Checks every connection's certificates and records a notice for those that expire soon, each notice once."""

    table: AuditedTable

    def run(self, now: datetime, has_time: Callable[[], bool]) -> int | None:
        """Checks all connections, once a day. Returns the days left until the first connection has no valid
        certificate.

        A run that runs out of time is repeated by the next run, without duplicate notices.

        Returns:
            None if today's check is already complete, or time ran out.

        Raises:
            Unavailable: the store did not respond; the next run retries.
        """
        (last,) = self.table.read(last_run_lookup())
        if last == now.date():
            return None
        left = list[int]()
        for connections in self._connections():
            if not has_time():
                return None
            for notice in self._unsent_notices([n for c in connections for n in notices_due(c, now)], now):
                self._notify(notice, now)
            if (lowest := lowest_days_left(connections, now)) is not None:
                left.append(lowest)
        self.table.write(record_run(now.date()))
        return min(left, default=None)

    def _connections(self) -> Iterator[list[Connection]]:
        """Yields all connections that users can sign in through, in batches."""
        after: str | None = None
        while True:
            page = self.table.page(every_organization(), limit=_PAGE, after=after)
            ids = [c.id for organization in page.values if organization.is_enterprise for c in organization.connections]
            for start in range(0, len(ids), _PAGE):
                found = self.table.read_all([connection_lookup(i) for i in ids[start : start + _PAGE]])
                yield [c for c in found if c is not None and not c.disabled]
            if (after := page.after) is None:
                return

    def _unsent_notices(self, notices: Sequence[CertificateNotice], now: datetime) -> list[CertificateNotice]:
        found = list[CertificateNotice]()
        for start in range(0, len(notices), _PAGE):
            some = notices[start : start + _PAGE]
            sent_days = self.table.read_all([notice_lookup(notice, now) for notice in some])
            found += [n for n, days in zip(some, sent_days, strict=True) if days is None or days > n.days]
        return found

    def _notify(self, notice: CertificateNotice, now: datetime) -> None:
        try:
            self.table.commit([certificate_expiring(notice)], record_notice(notice, now), now=now)
        except Conflict:  # a concurrent run recorded it
            return
        facts = {
            "organization_id": notice.connection.organization_id,
            "connection_id": notice.connection.id,
            "sha256": notice.certificate.sha256,
            "days": notice.days,
        }
        _LOG.warning("certificate.expiring %s", facts)

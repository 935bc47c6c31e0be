"""Once a day: which identity providers' certificates will end?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.events import certificate_expiring
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
    """Looks at every connection's certificates and notes those that will end, each notice once."""

    table: AuditedTable

    def run(self, now: datetime, has_time: Callable[[], bool]) -> int | None:
        """Look at all connections, unless that was done today; the days left of the one that ends first.

        A look that runs out of time is repeated by the next run, and notes nothing twice.

        Returns:
            None where there was nothing to do, or not the time to come to the end.

        Raises:
            Unavailable: the store did not answer; the next run goes on.
        """
        (last,) = self.table.read(last_run_lookup())
        if last == now.date():
            return None
        left = list[int]()
        for connections in self._connections():
            if not has_time():
                return None
            for notice in self._not_notified([n for c in connections for n in notices_due(c, now)], now):
                self._notify(notice, now)
            if (lowest := lowest_days_left(connections, now)) is not None:
                left.append(lowest)
        self.table.write(record_run(now.date()))
        return min(left, default=None)

    def _connections(self) -> Iterator[list[Connection]]:
        """All that people can sign in through, some at a time."""
        after: str | None = None
        while True:
            page = self.table.page(every_organization(), limit=_PAGE, after=after)
            ids = [c.id for organization in page.values if organization.is_enterprise for c in organization.connections]
            for start in range(0, len(ids), _PAGE):
                found = self.table.read_all([connection_lookup(i) for i in ids[start : start + _PAGE]])
                yield [c for c in found if c is not None and not c.disabled]
            if (after := page.after) is None:
                return

    def _not_notified(self, notices: Sequence[CertificateNotice], now: datetime) -> list[CertificateNotice]:
        found = list[CertificateNotice]()
        for start in range(0, len(notices), _PAGE):
            some = notices[start : start + _PAGE]
            said = self.table.read_all([notice_lookup(notice, now) for notice in some])
            found += [n for n, days in zip(some, said, strict=True) if days is None or days > n.days]
        return found

    def _notify(self, notice: CertificateNotice, now: datetime) -> None:
        try:
            self.table.commit([certificate_expiring(notice)], record_notice(notice, now), now=now)
        except Conflict:  # another run was faster
            return
        facts = {
            "organization_id": notice.connection.organization_id,
            "connection_id": notice.connection.id,
            "sha256": notice.certificate.sha256,
            "days": notice.days,
        }
        _LOG.warning("certificate ends %s", facts)

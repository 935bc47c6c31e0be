"""Finishes interrupted deletions and removes orphaned secrets and version labels.

Runs hourly. Skips everything that a running request (up to 29 seconds) or schedule (up to 15 minutes) may be using.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.aws.dynamodb import Range
from chalicelib.cleanup.organization_deletion import OrganizationDeletion
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.deleted_store import (
    deleted_connection_lookup,
    every_deleted_connection,
    forget_deleted_connection,
)
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import connection_lookup
from chalicelib.errors import SsoError, Unavailable
from chalicelib.organizations.displacement import Displacement
from chalicelib.organizations.store import every_tombstone, tombstone_lookup
from chalicelib.organizations.takeover_store import every_takeover

GRACE_PERIOD: Final = timedelta(hours=1)
UNKNOWN_GRACE_PERIOD: Final = timedelta(days=1)
"""Grace period for secrets that the table doesn't mention at all, so that an interrupted import can be repeated."""
_PAGE: Final = 100
_LOG: Final = logging.getLogger("gatehouse")

T = TypeVar("T")


class OrphanKind(StrEnum):
    """The kinds of orphaned objects."""

    ORGANIZATION = "organization"
    SECRET = "secret"  # noqa: S105
    UNKNOWN_SECRET = "unknown_secret"  # noqa: S105
    TAKEOVER = "takeover"


@dataclass(frozen=True, slots=True)
class Orphan:
    """An orphaned object.

    Attributes:
        id: of the organization, of the connection that the secret belongs to, or the domain in which other
            organizations still have addresses.
        since: when it was deleted or last changed; None for a domain.
    """

    kind: OrphanKind
    id: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrphanCleanup:
    """Finds and deletes orphaned objects."""

    table: AuditedTable
    certificates: CertificateSecrets
    connections: ConnectionCache

    def run(self, now: datetime, has_time: Callable[[], bool]) -> dict[str, int]:
        """Deletes orphaned objects while time remains. Returns the number deleted of each kind.

        Raises:
            Unavailable: some objects could not be deleted; all others were. The next run retries them.
        """
        dropped = dict.fromkeys((kind.value for kind in OrphanKind), 0)
        failed = 0
        for orphan in self.deletions(now):
            if not has_time():
                return dropped
            if self._delete_safely(orphan, now, has_time):
                dropped[orphan.kind.value] += 1
            else:
                failed += 1
        if failed:
            raise Unavailable(private=f"{failed} orphans could not be deleted")
        return dropped

    def _delete_safely(self, orphan: Orphan, now: datetime, has_time: Callable[[], bool]) -> bool:
        try:
            self.delete(orphan, now, has_time)
        except Exception as error:  # noqa: BLE001 whatever is wrong with one must not keep the others from going
            private = error.private if isinstance(error, SsoError) else type(error).__name__
            _LOG.error("cleanup.failed %s", {"kind": orphan.kind, "id": orphan.id, "private": private})
            return False
        return True

    def deletions(self, now: datetime) -> Iterator[Orphan]:
        """Lists interrupted deletions of organizations, deleted connections whose secret may still exist, and verified
        domains in which other organizations may still have users.
        """
        for organization in self._all(every_tombstone()):
            if organization.deleted_at is not None and organization.deleted_at < now - GRACE_PERIOD:
                yield Orphan(OrphanKind.ORGANIZATION, organization.id, organization.deleted_at)
        for deleted in self._all(every_deleted_connection()):
            if deleted.deleted_at < now - GRACE_PERIOD:
                yield Orphan(OrphanKind.SECRET, deleted.id, deleted.deleted_at)
        for takeover in self._all(every_takeover()):
            yield Orphan(OrphanKind.TAKEOVER, takeover.domain)

    def unknown_secrets(self, now: datetime) -> Iterator[Orphan]:
        """Lists secrets of connections that the table doesn't mention. Needs permission to list all secrets of the
        account, which only operators have: IAM can't restrict ListSecrets to a prefix.
        """
        for connection_id, changed_at in self.certificates.every():
            if changed_at < now - UNKNOWN_GRACE_PERIOD and self._is_unknown(connection_id):
                yield Orphan(OrphanKind.UNKNOWN_SECRET, connection_id, changed_at)

    def delete(self, orphan: Orphan, now: datetime, has_time: Callable[[], bool]) -> None:
        """Checks the object again, then deletes it.

        Raises:
            Unavailable: AWS did not respond.
        """
        match orphan.kind:
            case OrphanKind.ORGANIZATION:
                self._finish_deletion(orphan.id, now, has_time)
            case OrphanKind.SECRET:
                self._delete_secret(orphan.id)
            case OrphanKind.TAKEOVER:
                while not Displacement(self.table).resume([orphan.id], now) and has_time():
                    pass
            case OrphanKind.UNKNOWN_SECRET:
                if self._is_unknown(orphan.id):
                    self.certificates.delete(orphan.id)

    def _finish_deletion(self, organization_id: str, now: datetime, has_time: Callable[[], bool]) -> None:
        deletion = OrganizationDeletion(self.table, self.certificates, self.connections)
        (organization,) = self.table.read(tombstone_lookup(organization_id))
        if organization is None or organization.deleted_at is None:
            return
        while not deletion.resume(organization, now) and has_time():
            pass

    def _delete_secret(self, connection_id: str) -> None:
        (noted,) = self.table.read(deleted_connection_lookup(connection_id))
        if noted is not None and self._is_unknown(connection_id):
            self.certificates.delete(connection_id)
        self.table.write(forget_deleted_connection(connection_id))

    def _is_unknown(self, connection_id: str) -> bool:
        (connection,) = self.table.read(connection_lookup(connection_id))
        return connection is None

    def _all(self, wanted: Range[T]) -> Iterator[T]:
        after: str | None = None
        while True:
            page = self.table.page(wanted, limit=_PAGE, after=after)
            yield from page.values
            if (after := page.after) is None:
                return

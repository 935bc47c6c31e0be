"""Displaces users whose addresses are in a domain that another organization has verified.

The claim on the domain is written first and blocks new users: every write that gives a user an address is conditional
on the domain not being claimed by another organization. Afterwards no address of the domain can be added, so one pass
finds all of them. An interrupted pass continues with the next PATCH or on the hourly schedule.

A displaced user stays in their own organization, disabled and without the address. The address is free: its rightful
owner gets a new user in the domain's organization, without the role, password, sessions or bindings of the displaced
one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.aws.transaction import Write
from chalicelib.errors import NotFound, Stale, Unavailable
from chalicelib.organizations.store import tombstone_lookup
from chalicelib.organizations.takeover_store import Takeover, lose_admins, note_takeover, takeover_lookup
from chalicelib.users.email_address import domain_of
from chalicelib.users.events import user_displaced
from chalicelib.users.model import AddressEntry, User
from chalicelib.users.store import address_lookup, addresses_of, displace_user, user_lookup

MAX_DISPLACED: Final = 1000
"""Maximum users displaced in one request: API Gateway times out after 29 seconds."""
MAX_ADDRESSES_READ: Final = 20_000
"""Maximum addresses read in one request: most belong to the organization's own users."""
_PAGE: Final = 500
_AT_ONCE: Final = 20
"""Users in one transaction: three items each, and a transaction is limited to 100."""
_MAX_RETRIES: Final = 5
_LOG: Final = logging.getLogger("gatehouse")


@dataclass(slots=True)
class _Budget:
    """The remaining work that one request may do, over all of its domains."""

    reads: int = field(default_factory=lambda: MAX_ADDRESSES_READ)
    displaced: int = field(default_factory=lambda: MAX_DISPLACED)


@dataclass(frozen=True, slots=True)
class Displacement:
    """Displaces users whose addresses are in a domain that another organization verified."""

    table: AuditedTable

    def resume(self, domains: Iterable[str], now: datetime) -> bool:
        """Continues with verified domains, as far as one request may.

        Returns:
            True if no other organization has an address in any of them.

        Raises:
            Unavailable: the store did not answer, or concurrent changes exhausted the retries; continue later.
        """
        left = _Budget()
        return all(self._resume(domain, left, now) for domain in domains)

    def _resume(self, domain: str, left: _Budget, now: datetime) -> bool:
        (takeover,) = self.table.read(takeover_lookup(domain))
        if takeover is None:
            return True
        while left.reads > 0 and left.displaced > 0:
            page = self.table.page(addresses_of(domain), limit=_PAGE, after=takeover.after)
            foreign = [entry for entry in page.values if entry.organization_id != takeover.organization_id]
            left.reads -= len(page.values)
            left.displaced -= len(foreign)
            self._displace_all(foreign, takeover, now)
            takeover = replace(takeover, after=page.after)
            if page.after is None:
                return self._save_progress(takeover, is_done=True)
            self._save_progress(takeover, is_done=False)
        return False

    def free(self, email: str, organization_id: str, now: datetime) -> bool:
        """Frees one address in a verified domain of this organization, if a user of another one has it.

        Returns:
            True if another organization's user had the address and it is free now.

        Raises:
            Unavailable: as `resume`.
        """
        takeover, entry = self.table.read(takeover_lookup(domain_of(email)), address_lookup(email))
        if takeover is None or takeover.organization_id != organization_id:
            return False
        if entry is None or entry.organization_id == organization_id:
            return False
        self._displace_all([entry], takeover, now)
        return True

    def _save_progress(self, takeover: Takeover, *, is_done: bool) -> bool:
        try:
            self.table.write(note_takeover(takeover, is_done=is_done))
        except NotFound:  # another run has finished it, or the organization released the domain
            return True
        return is_done

    def _displace_all(self, entries: Sequence[AddressEntry], takeover: Takeover, now: datetime) -> None:
        by_organization: dict[str, list[AddressEntry]] = defaultdict(list)
        for entry in entries:
            by_organization[entry.organization_id].append(entry)
        for organization_id, found in by_organization.items():
            for first in range(0, len(found), _AT_ONCE):
                self._displace(organization_id, found[first : first + _AT_ONCE], takeover, now)

    def _displace(
        self, organization_id: str, entries: Sequence[AddressEntry], takeover: Takeover, now: datetime
    ) -> None:
        """Displaces users in one transaction, or one by one if one of them was changed concurrently."""
        for _ in range(_MAX_RETRIES):
            try:
                self._displace_in_one_transaction(organization_id, entries, takeover, now)
            except (Stale, NotFound):
                if len(entries) > 1:
                    for entry in entries:
                        self._displace(organization_id, [entry], takeover, now)
                    return
                continue
            return
        raise Unavailable(private="others kept changing a user who is to be displaced", retry_after=1)

    def _displace_in_one_transaction(
        self, organization_id: str, entries: Sequence[AddressEntry], takeover: Takeover, now: datetime
    ) -> None:
        lookups = [user_lookup(organization_id, entry.user_id) for entry in entries]
        found = zip(entries, self.table.read_all(lookups), strict=True)
        users = [user for entry, user in found if user is not None and _still_has(user, entry)]
        if not users:
            return
        (organization,) = self.table.read(tombstone_lookup(organization_id))
        is_alive = organization is not None and organization.deleted_at is None
        admins = sum(user.is_active_admin for user in users) if is_alive else 0
        counted: list[Write] = [lose_admins(organization_id, admins)] if admins else []
        writes = [write for user in users for write in displace_user(user, now)]
        events = [user_displaced(user, takeover.domain) for user in users]
        self.table.commit(events, *writes, *counted, now=now)
        for user in users:
            facts = {"user_id": user.id, "organization_id": organization_id, "domain": takeover.domain}
            _LOG.info("user.displaced %s", facts | {"verified_by": takeover.organization_id})


def _still_has(user: User, entry: AddressEntry) -> bool:
    return user.email == entry.email and user.displaced_at is None

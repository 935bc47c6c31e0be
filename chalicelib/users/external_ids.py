"""Keeps external IDs unique: each is claimed for its organization, as domains are."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from chalicelib.aws.dynamodb import Table
from chalicelib.aws.transaction import Write
from chalicelib.errors import Conflict
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import every_organization
from chalicelib.users.external_id_store import (
    claim_external_id,
    claims_complete_lookup,
    external_id_lookup,
    note_claims_complete,
    release_external_id,
    require_claims_complete,
)

_AT_ONCE: Final = 100
_LOG: Final = logging.getLogger("gatehouse")


@dataclass(frozen=True, slots=True)
class ExternalIds:
    """Claims, releases and finds external IDs.

    Every method raises Unavailable when the store did not answer.
    """

    table: Table

    def owner(self, external_id: str) -> str | None:
        """Returns the ID of the organization that has this external ID."""
        owner, complete = self.table.read(external_id_lookup(external_id), claims_complete_lookup())
        if owner is None and not complete:
            self.claim_earlier()
            (owner,) = self.table.read(external_id_lookup(external_id))
        return owner

    def writes(self, before: Organization | None, after: Organization) -> list[Write]:
        """Returns the external ID's writes for a new or changed organization. A transaction with a claim may raise
        `ClaimsIncompleteError`: call `claim_earlier`, then repeat it."""
        old, new = before.external_id if before else None, after.external_id
        if old == new:
            return []
        found = [claim_external_id(new, after.id), require_claims_complete()] if new is not None else []
        if old is not None:
            (owner,) = self.table.read(external_id_lookup(old))
            found += [release_external_id(old, after.id)] if owner == after.id else []
        return found

    def claim_earlier(self) -> None:
        """Claims the external IDs of organizations of earlier versions. Of duplicates, the older organization's claim
        wins.

        It is idempotent and safe to run concurrently. Afterwards no transaction raises `ClaimsIncompleteError`.
        """
        after: str | None = None
        organizations: list[Organization] = []
        while True:
            page = self.table.page(every_organization(), limit=_AT_ONCE, after=after)
            organizations += [found for found in page.values if found.external_id is not None]
            if (after := page.after) is None:
                break
        organizations.sort(key=lambda found: found.id)
        for start in range(0, len(organizations), _AT_ONCE):
            self._claim(organizations[start : start + _AT_ONCE])
        self.table.write(note_claims_complete())

    def _claim(self, organizations: list[Organization]) -> None:
        known = self.table.read_all([external_id_lookup(found.external_id or "") for found in organizations])
        for organization, owner in zip(organizations, known, strict=True):
            if owner == organization.id:
                continue
            try:
                self.table.write(claim_external_id(organization.external_id or "", organization.id))
            except Conflict:
                facts = {"organization_id": organization.id, "external_id": organization.external_id}
                _LOG.warning("external_id.conflict %s", facts)

"""Creates, finds, changes and deletes organizations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypedDict

from chalicelib.audit_log.audited_table import AuditedTable
from chalicelib.audit_log.model import Action, PendingAuditEvent
from chalicelib.audit_log.store import close_log
from chalicelib.aws.dynamodb import Page
from chalicelib.aws.transaction import Write
from chalicelib.cleanup.organization_deletion import OrganizationDeletion
from chalicelib.connections.cache import ConnectionCache
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import note_plan
from chalicelib.errors import FieldError, Invalid, NotFound, Stale, Unavailable
from chalicelib.i18n.message import message
from chalicelib.idempotency.model import IdempotencyRecord
from chalicelib.idempotency.store import complete
from chalicelib.identifier import is_id, new_id
from chalicelib.organizations.displacement import Displacement
from chalicelib.organizations.domain_store import claim_domain, domain_lookup, release_domain
from chalicelib.organizations.events import organization_changed, organization_event
from chalicelib.organizations.model import Domain, Organization, Plan
from chalicelib.organizations.public_email_domains import is_public_domain
from chalicelib.organizations.store import (
    change_organization,
    create_organization,
    every_organization,
    mark_deleted,
    organization_lookup,
    tombstone_lookup,
)
from chalicelib.users.email_address import canonical_domain
from chalicelib.users.external_id_store import ClaimsIncompleteError
from chalicelib.users.external_ids import ExternalIds

MAX_EXTERNAL_ID: Final = 200
"""In characters."""
_MAX_RETRIES: Final = 3


class OrganizationChanges(TypedDict, total=False):
    """The fields to change; absent fields stay."""

    name: str
    external_id: str | None
    plan: Plan
    domains: Sequence[str]


@dataclass(frozen=True, slots=True)
class Organizations:
    """Creates, finds, changes and deletes organizations."""

    table: AuditedTable
    certificates: CertificateSecrets
    connections: ConnectionCache

    def create(
        self,
        *,
        name: str,
        plan: Plan,
        now: datetime,
        external_id: str | None = None,
        domains: Sequence[str] = (),
        receipt: IdempotencyRecord | None = None,
    ) -> Organization:
        """Creates an organization. Its domains count as verified, and their addresses belong to it from now on.

        Raises:
            Invalid: a domain is not accepted.
            Conflict: `domain_taken`, `external_id_taken`.
            Unavailable: the store did not answer.
        """
        organization = Organization(
            id=new_id("org", now=now),
            name=name,
            plan=plan,
            created_at=now,
            updated_at=now,
            external_id=external_id,
            domains=_mark_verified(domains),
        )
        claims = [
            *(claim_domain(d.domain, organization.id) for d in organization.domains),
            *ExternalIds(self.table).writes(None, organization),
        ]
        settled = [complete(receipt, organization.id)] if receipt else []
        event = organization_event(Action.ORGANIZATION_CREATED, organization)
        self._record([event], create_organization(organization), *claims, *settled, now=now)
        self._displace(organization, now)
        return organization

    def get(self, organization_id: str) -> Organization:
        """Returns an organization that is not deleted.

        Raises:
            NotFound: no such organization.
            Unavailable: the store did not answer.
        """
        if not is_id(organization_id, "org"):
            raise NotFound
        (organization,) = self.table.read(organization_lookup(organization_id))
        if organization is None:
            raise NotFound
        return organization

    def page(self, *, limit: int, after: str | None = None) -> Page[Organization]:
        """Lists all organizations, newest first."""
        return self.table.page(every_organization(), limit=limit, after=after)

    def search(self, *, external_id: str | None = None, domain: str | None = None) -> tuple[Organization, ...]:
        """Returns the organization with this external ID and this verified domain; None is no condition.

        Raises:
            Unavailable: the store did not answer.
        """
        owners: list[str | None] = []
        if external_id is not None:
            is_possible = 0 < len(external_id) <= MAX_EXTERNAL_ID
            owners.append(ExternalIds(self.table).owner(external_id) if is_possible else None)
        if domain is not None:
            canonical = canonical_domain(domain)
            owners += self.table.read(domain_lookup(canonical)) if canonical is not None else (None,)
        owner = owners[0] if len(set(owners)) == 1 else None
        found = self.table.read(organization_lookup(owner)) if owner is not None else ()
        return tuple(organization for organization in found if organization is not None)

    def change(self, organization_id: str, changes: OrganizationChanges, now: datetime) -> Organization:
        """Changes some fields. `domains` replaces them all.

        Raises:
            NotFound: no such organization.
            Invalid, Conflict: as `create`.
            Stale: concurrent changes exhausted the retries.
            Unavailable: the store did not answer.
        """
        values = {name: value for name, value in changes.items() if name != "domains"}
        if "domains" in changes:
            values["domains"] = _mark_verified(changes["domains"])
        for _ in range(_MAX_RETRIES):
            before = self.get(organization_id)
            changed = replace(before, **values, updated_at=now)  # type: ignore[arg-type]
            write = change_organization(changed, from_version=before.version)
            plan = _plan_writes(before, changed)
            try:
                claims = (*_domain_writes(before, changed), *ExternalIds(self.table).writes(before, changed))
                self._record(organization_changed(before, changed), write, *claims, *plan, now=now)
            except Stale:
                continue
            if "domains" in changes:
                self._displace(changed, now)
            for connection in before.connections if plan else ():
                self.connections.forget(connection.id)
            return replace(changed, version=before.version + 1)
        raise Stale(message("problem.stale_organization"))

    def delete(self, organization_id: str, now: datetime) -> bool:
        """Ends every sign-in and session in one write, then deletes the organization's items, as far as one request
        may.

        Returns:
            True if the deletion is complete; otherwise call it again.

        Raises:
            NotFound: no such organization, and no incomplete deletion.
            Unavailable: the store did not answer; the next call continues.
        """
        if not is_id(organization_id, "org"):
            raise NotFound
        (organization,) = self.table.read(tombstone_lookup(organization_id))
        if organization is None:
            raise NotFound
        if organization.deleted_at is None:
            event = organization_event(Action.ORGANIZATION_DELETED, organization)
            gone = (mark_deleted(organization_id, now), close_log(organization_id, now))
            self.table.commit([event], *gone, now=now)
            (organization,) = self.table.read(
                tombstone_lookup(organization_id)
            )  # a connection may have been created meanwhile
        if organization is None:  # a concurrent deletion was faster
            return True
        return OrganizationDeletion(self.table, self.certificates, self.connections).resume(organization, now)

    def _record(self, events: Sequence[PendingAuditEvent], *writes: Write, now: datetime) -> None:
        try:
            self.table.commit(events, *writes, now=now)
        except ClaimsIncompleteError:
            ExternalIds(self.table).claim_earlier()
            self.table.commit(events, *writes, now=now)

    def _displace(self, organization: Organization, now: datetime) -> None:
        """Displaces other organizations' users. The domains are already verified: the hourly schedule or a repeated
        PATCH displaces those who remain."""
        with suppress(Unavailable):
            Displacement(self.table).resume((d.domain for d in organization.domains), now)


def _mark_verified(domains: Iterable[str]) -> tuple[Domain, ...]:
    found: list[Domain] = []
    errors: list[FieldError] = []
    for number, text in enumerate(domains):
        where = f"/domains/{number}"
        domain = canonical_domain(text)
        if domain is None:
            detail = message("problem.field.domain")
            errors.append(FieldError(where, "invalid_domain", detail))
        elif any(domain == other.domain for other in found):
            errors.append(FieldError(where, "duplicate", message("problem.field.domain_twice", domain=domain)))
        elif is_public_domain(domain):
            detail = message("problem.field.public_domain", domain=domain)
            errors.append(FieldError(where, "public_domain", detail))
        else:
            found.append(Domain(domain, verified=True))
    if errors:
        raise Invalid("invalid_request", message("problem.invalid_request.domains"), errors=tuple(errors))
    return tuple(found)


def _plan_writes(before: Organization, after: Organization) -> list[Write]:
    if before.is_enterprise == after.is_enterprise:
        return []
    return [note_plan(connection.id, in_plan=after.is_enterprise) for connection in before.connections]


def _domain_writes(before: Organization, after: Organization) -> list[Write]:
    old, new = {d.domain for d in before.domains}, {d.domain for d in after.domains}
    claimed = [claim_domain(domain, after.id) for domain in sorted(new - old)]
    return [*claimed, *(release_domain(domain, after.id) for domain in sorted(old - new))]

"""Organizations: the SaaS company's customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypedDict

from chalicelib.adapters.audit_events import close_log
from chalicelib.adapters.certificate_secrets import CertificateSecrets
from chalicelib.adapters.connection_cache import ConnectionCache
from chalicelib.adapters.ledger import Ledger
from chalicelib.adapters.organizations import (
    bury_organization,
    change_organization,
    claim_domain,
    create_organization,
    every_organization,
    organization_lookup,
    release_domain,
    tombstone_lookup,
)
from chalicelib.adapters.receipts import settle
from chalicelib.adapters.table import Page
from chalicelib.adapters.write import Write
from chalicelib.domain.audit_event import Action
from chalicelib.domain.deeds import organization_changed, organization_deed
from chalicelib.domain.email_address import canonical_domain
from chalicelib.domain.identifier import is_id, new_id
from chalicelib.domain.mail_domain import is_public
from chalicelib.domain.organization import Domain, Organization, Plan
from chalicelib.domain.receipt import Receipt
from chalicelib.errors import FieldError, Invalid, NotFound, Stale
from chalicelib.services.organization_deletion import OrganizationDeletion

_RACES: Final = 3


class OrganizationChanges(TypedDict, total=False):
    """What may be changed; an absent field stays as it is."""

    name: str
    external_id: str | None
    plan: Plan
    domains: Sequence[str]


@dataclass(frozen=True, slots=True)
class Organizations:
    """Makes, finds, changes and deletes organizations."""

    table: Ledger
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
        receipt: Receipt | None = None,
    ) -> Organization:
        """A new organization; the domains count as verified.

        Raises:
            Invalid: a domain can't be used.
            Conflict: `domain_taken`.
            Unavailable: the store did not answer.
        """
        organization = Organization(
            id=new_id("org", now=now),
            name=name,
            plan=plan,
            created_at=now,
            updated_at=now,
            external_id=external_id,
            domains=_verified(domains),
        )
        claims = [claim_domain(d.domain, organization.id) for d in organization.domains]
        settled = [settle(receipt, organization.id)] if receipt else []
        deed = organization_deed(Action.ORGANIZATION_CREATED, organization)
        self.table.record([deed], create_organization(organization), *claims, *settled, now=now)
        return organization

    def get(self, organization_id: str) -> Organization:
        """A living organization.

        Raises:
            NotFound: there is none.
            Unavailable: the store did not answer.
        """
        if not is_id(organization_id, "org"):
            raise NotFound
        (organization,) = self.table.read(organization_lookup(organization_id))
        if organization is None:
            raise NotFound
        return organization

    def page(self, *, limit: int, after: str | None = None) -> Page[Organization]:
        """All living organizations, newest first."""
        return self.table.page(every_organization(), limit=limit, after=after)

    def change(self, organization_id: str, changes: OrganizationChanges, now: datetime) -> Organization:
        """Change some fields. `domains` replaces them all.

        Raises:
            NotFound: there is no such organization.
            Invalid, Conflict: as `create`.
            Stale: others kept changing it.
            Unavailable: the store did not answer.
        """
        values = {name: value for name, value in changes.items() if name != "domains"}
        if "domains" in changes:
            values["domains"] = _verified(changes["domains"])
        for _ in range(_RACES):
            before = self.get(organization_id)
            changed = replace(before, **values, updated_at=now)  # type: ignore[arg-type]
            write = change_organization(changed, from_version=before.version)
            try:
                deeds = organization_changed(before, changed)
                self.table.record(deeds, write, *_domain_writes(before, changed), now=now)
            except Stale:
                continue
            return replace(changed, version=before.version + 1)
        raise Stale("stale", "Others keep changing this organization. Try again.")

    def delete(self, organization_id: str, now: datetime) -> bool:
        """End every sign-in and session in one write, then take away what lies below, as far as one request gets.

        Returns:
            Whether everything is gone; otherwise call it again.

        Raises:
            NotFound: there is no such organization, nor what is left of one.
            Unavailable: the store did not answer; the next call goes on.
        """
        if not is_id(organization_id, "org"):
            raise NotFound
        (organization,) = self.table.read(tombstone_lookup(organization_id))
        if organization is None:
            raise NotFound
        if organization.deleted_at is None:
            deed = organization_deed(Action.ORGANIZATION_DELETED, organization)
            gone = (bury_organization(organization_id, now), close_log(organization_id, now))
            self.table.record([deed], *gone, now=now)
            (organization,) = self.table.read(tombstone_lookup(organization_id))  # a connection may have come meanwhile
        if organization is None:  # another one that deletes it was faster
            return True
        return OrganizationDeletion(self.table, self.certificates, self.connections).resume(organization, now)


def _verified(domains: Iterable[str]) -> tuple[Domain, ...]:
    found: list[Domain] = []
    errors: list[FieldError] = []
    for number, text in enumerate(domains):
        where = f"/domains/{number}"
        domain = canonical_domain(text)
        if domain is None:
            detail = "This isn't a domain. Write it like acme.com, international names in their xn-- form."
            errors.append(FieldError(where, "invalid_domain", detail))
        elif any(domain == other.domain for other in found):
            errors.append(FieldError(where, "duplicate", f"{domain} stands there twice."))
        elif is_public(domain):
            detail = f"{domain} is open to everybody, so it can't be one organization's."
            errors.append(FieldError(where, "public_domain", detail))
        else:
            found.append(Domain(domain, verified=True))
    if errors:
        raise Invalid("invalid_request", "Some domains can't be used; see `errors`.", errors=tuple(errors))
    return tuple(found)


def _domain_writes(before: Organization, after: Organization) -> list[Write]:
    old, new = {d.domain for d in before.domains}, {d.domain for d in after.domains}
    claimed = [claim_domain(domain, after.id) for domain in sorted(new - old)]
    return [*claimed, *(release_domain(domain, after.id) for domain in sorted(old - new))]

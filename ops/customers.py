"""Organizations and people that no admin made: the first ones."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.adapters.organizations import (
    claim_domain,
    count_admins,
    create_organization,
    require_domain_not_foreign,
    require_living,
)
from chalicelib.adapters.password_hash import hash_password
from chalicelib.adapters.users import create_user
from chalicelib.container import Container
from chalicelib.domain.email_address import canonical_address, canonical_domain, domain_of
from chalicelib.domain.identifier import new_id
from chalicelib.domain.organization import Domain, Organization, Plan
from chalicelib.domain.user import Role, User, UserStatus


def new_organization(container: Container, name: str, plan: Plan, domains: Sequence[str]) -> Organization:
    """A new organization whose domains count as verified.

    Raises:
        ValueError: one of `domains` isn't a domain.
        Conflict: `domain_taken`.
    """
    now = container.clock()
    verified = tuple(Domain(_canonical_domain(domain), verified=True) for domain in domains)
    made = Organization(
        id=new_id("org", now=now), name=name, plan=plan, created_at=now, updated_at=now, domains=verified
    )
    claims = (claim_domain(domain.domain, made.id) for domain in verified)
    container.table.write(create_organization(made), *claims)
    return made


def new_user(
    container: Container, organization: Organization, email: str, role: Role, password: str | None = None
) -> User:
    """A new, active user.

    Raises:
        ValueError: `email` isn't an address.
        Conflict: `email_taken` or `email_domain_taken`.
    """
    address = canonical_address(email)
    if address is None:
        raise ValueError(f"{email!r} isn't an e-mail address.")
    now = container.clock()
    made = User(
        id=new_id("usr", now=now),
        organization_id=organization.id,
        email=address,
        role=role,
        status=UserStatus.ACTIVE,
        created_at=now,
        password_hash=hash_password(password) if password else None,
    )
    living = count_admins(organization.id, 1) if made.is_active_admin else require_living(organization.id)
    domain_free = require_domain_not_foreign(domain_of(address), organization.id)
    container.table.write(*create_user(made), living, domain_free)
    return made


def _canonical_domain(text: str) -> str:
    domain = canonical_domain(text)
    if domain is None:
        raise ValueError(f"{text!r} isn't a domain.")
    return domain

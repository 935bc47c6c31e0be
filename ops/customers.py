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


def new_organization(
    container: Container, name: str, plan: Plan, domains: Sequence[str], *, admin: str, password: str | None = None
) -> User:
    """A new organization with its first admin, at once or not at all; the admin knows the organization's ID.

    Args:
        domains: count as verified.
        admin: e-mail address.

    Raises:
        ValueError: a domain or the address can't be read.
        Conflict: `domain_taken`, `email_taken` or `email_domain_taken`.
    """
    now = container.clock()
    verified = tuple(Domain(_canonical_domain(domain), verified=True) for domain in domains)
    made = Organization(
        id=new_id("org", now=now),
        name=name,
        plan=plan,
        created_at=now,
        updated_at=now,
        domains=verified,
        active_admins=1,
    )
    user = _user(container, made.id, admin, Role.ADMIN, password)
    claims = [claim_domain(domain.domain, made.id) for domain in verified]
    domain = domain_of(user.email)
    if not made.has_verified(domain):
        claims.append(require_domain_not_foreign(domain, made.id))
    container.table.write(create_organization(made), *create_user(user), *claims)
    return user


def new_user(container: Container, organization_id: str, email: str, role: Role, password: str | None = None) -> User:
    """A new, active user.

    Raises:
        ValueError: `email` isn't an address.
        NotFound: no such organization.
        Conflict: `email_taken` or `email_domain_taken`.
    """
    made = _user(container, organization_id, email, role, password)
    living = count_admins(organization_id, 1) if made.is_active_admin else require_living(organization_id)
    domain_free = require_domain_not_foreign(domain_of(made.email), organization_id)
    container.table.write(*create_user(made), living, domain_free)
    return made


def _user(container: Container, organization_id: str, email: str, role: Role, password: str | None) -> User:
    address = canonical_address(email)
    if address is None:
        raise ValueError(f"{email!r} isn't an e-mail address.")
    now = container.clock()
    return User(
        id=new_id("usr", now=now),
        organization_id=organization_id,
        email=address,
        role=role,
        status=UserStatus.ACTIVE,
        created_at=now,
        password_hash=hash_password(password) if password else None,
    )


def _canonical_domain(text: str) -> str:
    domain = canonical_domain(text)
    if domain is None:
        raise ValueError(f"{text!r} isn't a domain.")
    return domain

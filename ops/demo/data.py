"""What the local run starts with: two customers and three people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.adapters.users import address_lookup
from chalicelib.container import Container
from chalicelib.domain.organization import Plan
from chalicelib.domain.user import Role
from ops.customers import new_organization, new_user
from ops.local.folder import DemoUser


@dataclass(frozen=True, slots=True)
class _Person:
    email: str
    password: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Customer:
    name: str
    plan: Plan
    domain: str
    people: tuple[_Person, ...]


_CUSTOMERS: Final = (
    _Customer(
        "Acme",
        Plan.ENTERPRISE,
        "acme.test",
        (
            _Person("admin@acme.test", "roadrunner-admin", Role.ADMIN),
            _Person("member@acme.test", "roadrunner-member", Role.MEMBER),
        ),
    ),
    _Customer("Basic Co", Plan.STANDARD, "basic.test", (_Person("admin@basic.test", "plain-vanilla", Role.ADMIN),)),
)


def demo_users(container: Container) -> tuple[DemoUser, ...]:
    """Everybody of the demo data who is still there; all of it is made where there is nobody yet.

    What people did to it is kept: a password that was changed since is not known here.
    """
    found = tuple(_found(container))
    if found:
        return found
    for customer in _CUSTOMERS:
        organization = new_organization(container, customer.name, customer.plan, [customer.domain])
        for person in customer.people:
            new_user(container, organization, person.email, person.role, person.password)
    return tuple(_found(container))


def _found(container: Container) -> Iterator[DemoUser]:
    for customer in _CUSTOMERS:
        for person in customer.people:
            (entry,) = container.table.read(address_lookup(person.email))
            if entry is not None:
                yield DemoUser(person.email, person.password, entry.role.value, entry.organization_id)

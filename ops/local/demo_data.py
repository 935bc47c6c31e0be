"""The initial data of the local run: two customers and three users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chalicelib.container import Container
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Plan
from chalicelib.users.model import AddressEntry, Role
from chalicelib.users.store import address_lookup
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


def plant(container: Container) -> None:
    """Make what is missing of the demo data: an interrupted start goes on where it ended.

    Raises:
        SsoError: something else is in its place.
    """
    for customer in _CUSTOMERS:
        organization_id = _create(container, customer)
        for person in customer.people:
            if _entry(container, person.email) is None:
                container.users.create(
                    organization_id=organization_id,
                    email=person.email,
                    role=person.role,
                    password=person.password,
                    now=container.clock(),
                )


def demo_users(container: Container) -> tuple[DemoUser, ...]:
    """The demo users that still exist. A password changed since is unknown."""
    return tuple(
        DemoUser(person.email, person.password, entry.role.value, entry.organization_id)
        for customer in _CUSTOMERS
        for person in customer.people
        if (entry := _entry(container, person.email))
    )


def _create(container: Container, customer: _Customer) -> str:
    (owner,) = container.table.read(domain_lookup(customer.domain))
    if owner:
        return owner
    made = container.organizations.create(
        name=customer.name, plan=customer.plan, domains=[customer.domain], now=container.clock()
    )
    return made.id


def _entry(container: Container, email: str) -> AddressEntry | None:
    (entry,) = container.table.read(address_lookup(email))
    return entry

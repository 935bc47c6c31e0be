"""A key that a person removed is trusted again only by a person, whatever the schedule does in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection, LastTest
from chalicelib.connections.removed_certificates import MAX_REMEMBERED, needs_person, remembering_removals
from chalicelib.connections.store import mark_verified, record_test
from chalicelib.errors import Conflict, Invalid
from chalicelib.saml.certificate import CertificateFacts
from tests.support.deployment import Deployment, new_deployment
from tests.support.identity_provider.keys import Key, certify
from tests.support.metadata_site import MetadataSite, site_of
from tests.support.refreshed_metadata import Customer, sign_metadata
from tests.support.wrong_imports import MANY, ONE, TWO, URL, describe

PIN = MANY[0]
KEYS = (ONE, TWO, MANY[2], MANY[3])
OTHER_URL = "https://idp.example.com/metadata?v=2"
DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def sha256(key: Key) -> str:
    """The fingerprint."""
    return key.certificate.facts.sha256


@dataclass
class World:
    """A connection whose pinned identity provider publishes every key, and what a person took away from it.

    Attributes:
        removed: fingerprints that a person removed and none has given back.
    """

    customer: Customer
    removed: set[str] = field(default_factory=set)

    @property
    def trusted(self) -> list[str]:
        """The trusted certificates."""
        return [facts.sha256 for facts in self.customer.connection.certificates]

    def person(self, act: Callable[[], object]) -> None:
        """Records an admin's change: added certificates become trusted, absent ones removed."""
        before = set(self.trusted)
        try:
            act()
        except (Conflict, Invalid):
            return
        self.removed = (self.removed | before) - set(self.trusted)

    def values(self, wanted: list[str]) -> list[str]:
        """Base64 of these certificates."""
        return [key.base64 for key in KEYS if sha256(key) in wanted]


def look(world: World, number: int) -> None:
    """The schedule reads the metadata."""
    world.customer.next_day()


def add(world: World, number: int) -> None:
    """A person adds a certificate by hand."""
    wanted = {*world.trusted, sha256(KEYS[number])}
    world.person(lambda: world.customer.saves(x509_certificates=world.values(list(wanted))))


def remove(world: World, number: int) -> None:
    """A person removes one, but never the last."""
    if len(kept := [each for each in world.trusted if each != sha256(KEYS[number])]) > 0:
        world.person(lambda: world.customer.saves(x509_certificates=world.values(kept)))


def change_address(world: World, number: int) -> None:
    """A person saves the other address, with the values or alone; alone it brings no removed certificate back."""
    url = OTHER_URL if world.customer.connection.metadata_url == URL else URL
    if number % 2:
        values = {"identity_provider_url": "https://idp.test/sso", "identity_provider_issuer": "https://idp.test"}
        certificates = world.values(world.trusted)
        world.person(lambda: world.customer.saves(metadata_url=url, x509_certificates=certificates, **values))
    else:
        with_removed = set(world.removed)
        world.customer.saves(metadata_url=url)
        world.removed = with_removed


def advance(world: World, number: int) -> None:
    """Longer than any look is kept."""
    world.customer.deployment.later(days=61)


def apply_pending(world: World, number: int) -> None:
    """A person proposes values with one certificate, tests and applies them."""
    customer, pending = world.customer, world.customer.deployment.container.pending_values
    now, connection = customer.deployment.now, customer.connection
    changes = ConnectionChanges(x509_certificates=[KEYS[number].base64])
    proposed = pending.propose(connection, changes, connection.version, now)
    test = LastTest("att_x", now, None, proposed.version, of_pending=True)
    customer.deployment.container.table.write(record_test(proposed, test, proves=False))
    world.person(lambda: pending.apply(customer.connection, proposed.version, now))


def roll_back(world: World, number: int) -> None:
    """A person puts the values before the last swap back."""
    customer, pending = world.customer, world.customer.deployment.container.pending_values
    version, now = customer.connection.version, customer.deployment.now
    world.person(lambda: pending.roll_back(customer.connection, version, now))


def approve(world: World, number: int) -> None:
    """A person approves what the metadata has."""
    world.person(lambda: world.customer.approves(KEYS[number]))


ACTS = (look, look, add, remove, remove, change_address, advance, apply_pending, roll_back, approve)
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, len(KEYS) - 1)), min_size=3, max_size=9)


def world_of(deployment: Deployment) -> World:
    """A proven connection that trusts one key, and metadata with all, signed by the pinned key."""
    site: MetadataSite = site_of(deployment)
    site.pages[URL] = describe(ONE).encode()
    acme = deployment.organization()
    draft = deployment.container.connections.create(acme.id, now=deployment.now)
    customer = Customer(deployment, site, acme, draft.id)
    saved = customer.saves(metadata_url=URL, metadata_signing_certificate=PIN.pem)
    deployment.container.table.write(mark_verified(saved, deployment.now))
    site.pages[URL] = site.pages[OTHER_URL] = sign_metadata(describe(*KEYS), PIN)
    return World(customer)


@settings(max_examples=15, deadline=None)
@given(steps=STEPS)
def test_no_sequence_of_acts_ends_with_a_removed_key_trusted_that_no_person_gave_back(
    steps: list[tuple[Callable[[World, int], None], int]],
) -> None:
    with new_deployment() as deployment:
        world = world_of(deployment)
        for act, number in steps:
            act(world, number)
            assert world.removed.isdisjoint(world.trusted), (act.__name__, number)


WAYS = {
    "removed before the first look": [(add, 1), (remove, 1), (look, 0)],
    "looked at, removed, another address with the values": [(look, 0), (remove, 1), (change_address, 1), (look, 0)],
    "looked at, removed, another address alone": [(look, 0), (remove, 1), (change_address, 0), (look, 0)],
    "added and removed between two looks": [(look, 0), (remove, 1), (add, 1), (remove, 1), (look, 0)],
    "looked at, removed, sixty-one days": [(look, 0), (remove, 1), (advance, 0), (look, 0)],
    "removed by applying other values": [(look, 0), (apply_pending, 0), (look, 0)],
    "removed by rolling back": [(apply_pending, 1), (roll_back, 0), (look, 0)],
}


@pytest.mark.parametrize("way", WAYS)
def test_each_known_way_back_is_closed(way: str) -> None:
    with new_deployment() as deployment:
        world = world_of(deployment)
        for act, number in WAYS[way]:
            act(world, number)
        assert sha256(TWO) in world.removed
        assert sha256(TWO) not in world.trusted
        assert sha256(TWO) in world.customer.waiting
        approve(world, 1)
        assert sha256(TWO) in world.trusted


def test_a_new_certificate_over_a_removed_key_waits_for_a_person(deployment: Deployment) -> None:
    world = world_of(deployment)
    add(world, 1)
    remove(world, 1)
    renewed = certify("renewed", TWO.private)
    world.customer.site.pages[URL] = sign_metadata(describe(ONE, renewed), PIN)
    advance(world, 0)
    look(world, 0)
    assert sha256(renewed) not in world.trusted
    assert sha256(renewed) in world.customer.waiting


def test_a_document_whose_certificates_were_all_removed_is_refused(deployment: Deployment) -> None:
    world = world_of(deployment)
    add(world, 1)
    remove(world, 0)
    world.customer.site.pages[OTHER_URL] = describe(ONE).encode()
    with pytest.raises(Invalid) as refused:
        world.customer.saves(metadata_url=OTHER_URL)
    assert [(e.pointer, e.code) for e in refused.value.errors] == [("/metadata_url", "removed_certificates")]


def facts(number: int) -> CertificateFacts:
    """A certificate of this number."""
    return CertificateFacts(f"{number:064x}", "CN=a", "CN=a", NOW, NOW + 365 * DAY, "RSA 2048")


def test_a_list_that_is_full_lets_nothing_in_without_a_person_for_ever() -> None:
    now = Connection(id="conn_x", organization_id="org_x", created_at=NOW, updated_at=NOW)
    states = [replace(now, certificates=(facts(number),)) for number in range(MAX_REMEMBERED + 3)]
    kept = states[0]
    for _, after in pairwise(states):
        kept = remembering_removals(kept, after)
        assert len(kept.removed_certificates) <= MAX_REMEMBERED
    assert needs_person(kept, facts(0xFFFF))
    given_back = replace(kept, certificates=tuple(facts(number) for number in range(4)))
    assert needs_person(remembering_removals(kept, given_back), facts(0xFFFF))

"""Home-realm discovery: the verified domain first, then the user."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.aws.dynamodb import Lookup, Table
from chalicelib.errors import Unavailable
from chalicelib.login_policy.model import Reason
from tests.support.deployment import Deployment


def test_a_user_of_the_domains_organization_is_judged_there(deployment: Deployment) -> None:
    acme = deployment.organization()
    deployment.connection(acme)
    ada = deployment.user(acme, "ada@acme.test")
    found = deployment.container.home_realm_discovery.discover("ada@acme.test", deployment.now)
    assert (found.user, found.decision.reason) == (ada, Reason.SSO_REQUIRED)
    assert found.organization is not None
    assert found.organization.id == acme.id


def test_a_stranger_of_a_verified_domain_is_judged_as_the_member_that_sign_in_would_make(
    deployment: Deployment,
) -> None:
    acme = deployment.organization()
    connection = deployment.connection(acme)
    found = deployment.container.home_realm_discovery.discover("new@acme.test", deployment.now)
    assert (found.user, found.decision.reason, found.decision.connection_id) == (
        None,
        Reason.SSO_REQUIRED,
        connection.id,
    )


@pytest.mark.parametrize("jit", [True, False])
def test_only_the_domains_owner_decides_about_its_addresses(deployment: Deployment, jit: bool) -> None:
    owner, home = deployment.organization(), deployment.organization("home.test")
    deployment.user(home, "guest@acme.test")
    discover = deployment.container.home_realm_discovery.discover
    found = discover("guest@acme.test", deployment.now)
    assert (found.user, found.decision.reason) == (None, Reason.UNKNOWN_USER)
    deployment.connection(owner, jit_provisioning=jit)
    found = discover("guest@acme.test", deployment.now)
    assert found.organization is not None
    assert found.organization.id == owner.id
    assert (found.user, found.decision.reason) == (None, Reason.SSO_REQUIRED if jit else Reason.UNKNOWN_USER)


def test_no_user_is_found_of_an_organization_that_is_being_deleted(deployment: Deployment) -> None:
    from chalicelib.organizations.store import mark_deleted

    acme = deployment.organization()
    deployment.connection(acme)
    deployment.user(acme, "ada@acme.test")
    deployment.container.table.write(mark_deleted(acme.id, deployment.now))
    for email in ("ada@acme.test", "new@acme.test"):
        found = deployment.container.home_realm_discovery.discover(email, deployment.now)
        assert (found.organization, found.user, found.decision.reason) == (None, None, Reason.UNKNOWN_USER)


def test_an_unknown_address_takes_as_many_reads_as_a_known_one(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = deployment.organization()
    deployment.user(acme, "ada@acme.test")
    deployment.user(acme, "guest@elsewhere.test")
    reads: list[int] = []
    read = Table.read

    def counted(table: Table, *lookups: Lookup[Any]) -> object:
        reads.append(len(lookups))
        return read(table, *lookups)

    monkeypatch.setattr(Table, "read", counted)
    taken = []
    for email in ("ada@acme.test", "new@acme.test", "guest@elsewhere.test", "nobody@elsewhere.test"):
        deployment.container.home_realm_discovery.discover(email, deployment.now)
        taken.append(reads.copy())
        reads.clear()
    assert taken == [[2, 3]] * 4


def test_a_silent_store_is_not_an_answer(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise Unavailable(private="silent")

    monkeypatch.setattr(Table, "read", silent)
    with pytest.raises(Unavailable):
        deployment.container.home_realm_discovery.discover("ada@acme.test", deployment.now)

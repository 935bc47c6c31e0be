"""Organizations: exclusive domains, and a deletion that can be resumed at every step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.cleanup import organization_deletion
from chalicelib.errors import Conflict, NotFound, NotSignedIn, Unavailable
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.model import Organization, Plan
from tests.support.certificates import certificate_pem
from tests.support.deployment import Deployment


def _filled(deployment: Deployment) -> Organization:
    """An organization with something of everything below it."""
    container, now = deployment.container, deployment.now
    acme = deployment.organization()
    for number in range(3):
        deployment.user(acme, f"user{number}@acme.test")
    container.api_keys.create(name="acme", organization_id=acme.id, now=now)
    connection = container.connections.create(acme.id, now=now)
    pem = certificate_pem("idp.acme.test")
    container.connections.change(
        container.connections.get(acme.id, connection.id), {"x509_certificates": [pem]}, 1, now
    )
    return container.organizations.get(acme.id)


def _left(deployment: Deployment, organization: Organization) -> list[str]:
    container = deployment.container
    items = container.table._client.scan(TableName=container.settings.table_name)["Items"]
    secrets = container._secrets.list_secrets()["SecretList"]
    prefix = f"{container.settings.secret_prefix}/connections/"
    named = [s["Name"] for s in secrets if s["Name"].startswith(prefix) and "DeletedDate" not in s]
    places = [item["pk"]["S"] for item in items if organization.id in str(item)]
    return named + [place for place in places if place != f"AUDIT#{organization.id}"]  # who deleted it must stay known


@pytest.mark.usefixtures("atomic_aws")
def test_of_two_organizations_that_take_a_domain_at_once_one_gets_it(deployment: Deployment) -> None:
    def take(number: int) -> str:
        try:
            deployment.container.organizations.create(
                name=f"Org {number}", plan=Plan.STANDARD, domains=["acme.test"], now=deployment.now
            )
        except Conflict as conflict:
            return conflict.code
        return ""

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, range(2))) == ["", "domain_taken"]
    assert len(deployment.container.organizations.page(limit=10).values) == 1


def test_nothing_is_left_of_a_deleted_organization(deployment: Deployment) -> None:
    acme = _filled(deployment)
    assert _left(deployment, acme)
    assert deployment.container.organizations.delete(acme.id, deployment.now)
    assert _left(deployment, acme) == []


@pytest.mark.parametrize("allowed", range(1, 8))
def test_a_deletion_that_is_cut_off_at_any_write_is_finished_by_the_next(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    acme = _filled(deployment)
    organizations, write = deployment.container.organizations, Table.write
    done: list[int] = []

    def cut_off(table: Table, *writes: Any) -> None:
        if len(done) == allowed:
            raise Unavailable(private="cut off")
        done.append(1)
        write(table, *writes)

    with monkeypatch.context() as patched:
        patched.setattr(Table, "write", cut_off)
        with pytest.raises(Unavailable):
            organizations.delete(acme.id, deployment.now)
    with pytest.raises(NotFound):
        organizations.get(acme.id)
    assert _left(deployment, acme)
    assert organizations.delete(acme.id, deployment.now)
    assert _left(deployment, acme) == []


def test_a_domain_claimed_by_another_organization_does_not_block_a_deletion(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = deployment.organization()
    organizations = deployment.container.organizations

    def cut_off(_: str) -> Any:
        raise Unavailable(private="cut off")

    with monkeypatch.context() as patched:
        patched.setattr(organization_deletion, "purge_organization", cut_off)
        with pytest.raises(Unavailable):
            organizations.delete(acme.id, deployment.now)
    heir = organizations.create(name="Heir", plan=Plan.STANDARD, domains=["acme.test"], now=deployment.now)
    assert organizations.delete(acme.id, deployment.now)
    assert _left(deployment, acme) == []
    assert deployment.container.table.read(domain_lookup("acme.test")) == (heir.id,)


def test_claims_on_domains_go_after_everything_else(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = _filled(deployment)
    monkeypatch.setattr(organization_deletion, "MAX_STEPS", 2)
    organizations = deployment.container.organizations
    assert not organizations.delete(acme.id, deployment.now)
    with pytest.raises(Conflict):
        organizations.create(name="Thief", plan=Plan.STANDARD, domains=["acme.test"], now=deployment.now)
    assert organizations.delete(acme.id, deployment.now)
    organizations.create(name="Next", plan=Plan.STANDARD, domains=["acme.test"], now=deployment.now)


def test_a_tombstone_ends_sessions_and_keys_in_its_one_write(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.sessions.model import AuthenticationMethod
    from chalicelib.sessions.service import new_session

    acme = deployment.organization()
    session = new_session(deployment.user(acme, "ada@acme.test"), AuthenticationMethod.PASSWORD, deployment.now)
    deployment.container.table.write(session.write)
    monkeypatch.setattr(organization_deletion, "MAX_STEPS", 0)
    assert not deployment.container.organizations.delete(acme.id, deployment.now)
    with pytest.raises(NotSignedIn):
        deployment.container.sessions.find(session.cookie, deployment.now)


def test_changing_domains_keeps_those_that_stay(deployment: Deployment) -> None:
    organizations = deployment.container.organizations
    made = organizations.create(name="Acme", plan=Plan.ENTERPRISE, domains=["a.test", "b.test"], now=deployment.now)
    changed = organizations.change(made.id, {"domains": ["b.test", "c.test"]}, deployment.now)
    assert [d.domain for d in changed.domains] == ["b.test", "c.test"]
    assert organizations.get(made.id) == changed
    organizations.create(name="A", plan=Plan.STANDARD, domains=["a.test"], now=deployment.now)
    for domain in ("b.test", "c.test"):
        with pytest.raises(Conflict):
            organizations.create(name="B", plan=Plan.STANDARD, domains=[domain], now=deployment.now)

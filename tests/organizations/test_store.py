"""Items of organizations and domains."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.connections.model import ConnectionStatus
from chalicelib.errors import Conflict, NotFound, SsoError, Stale
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.domain_store import (
    claim_domain,
    domain_lookup,
    release_domain,
    require_domain_not_foreign,
)
from chalicelib.organizations.model import ConnectionSummary, Domain, Plan
from chalicelib.organizations.store import (
    change_organization,
    change_policy,
    count_admins,
    every_organization,
    forget_connection,
    mark_deleted,
    organization_lookup,
    put_connection_summary,
    require_exists,
    tombstone_lookup,
    verify_and_count_admins,
)
from tests.support.deployment import Deployment

SUMMARY = ConnectionSummary("conn_1", ConnectionStatus.ACTIVE, jit_provisioning=True, version=3, name="Okta")


def test_an_organization_comes_back_equal(deployment: Deployment, table: Table) -> None:
    full = deployment.organization(
        external_id="c-1",
        policy=LoginPolicy(Mode.REQUIRED, True, ("usr_1",)),
        connections=(SUMMARY,),
        active_admins=2,
        version=4,
        policy_version=5,
    )
    bare = deployment.organization(None)
    assert table.read(organization_lookup(full.id), organization_lookup(bare.id)) == (full, bare)


def test_a_change_counts_only_from_the_version_that_was_seen(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    domains = (Domain("acme.test", verified=True), Domain("new.test", verified=False))
    changed = replace(acme, name="New", plan=Plan.STANDARD, domains=domains)
    table.write(change_organization(changed, from_version=1))
    assert table.read(organization_lookup(acme.id)) == (replace(changed, version=2),)
    with pytest.raises(Stale):
        table.write(change_organization(changed, from_version=1))


def test_policy_and_organization_change_side_by_side(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    policy = LoginPolicy(Mode.OPTIONAL)
    table.write(change_policy(acme.id, policy, from_version=1))
    table.write(change_organization(replace(acme, name="New"), from_version=1))
    assert table.read(organization_lookup(acme.id)) == (
        replace(acme, name="New", policy=policy, version=2, policy_version=2),
    )
    with pytest.raises(Stale):
        table.write(change_policy(acme.id, policy, from_version=1))


def test_summaries_are_kept_and_dropped_one_by_one(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    second = replace(SUMMARY, id="conn_2", name=None, status=ConnectionStatus.DRAFT)
    table.write(put_connection_summary(acme.id, SUMMARY))
    table.write(put_connection_summary(acme.id, second))
    assert table.read(organization_lookup(acme.id)) == (replace(acme, connections=(SUMMARY, second)),)
    table.write(forget_connection(acme.id, SUMMARY.id))
    assert table.read(organization_lookup(acme.id)) == (replace(acme, connections=(second,)),)


def test_the_last_admin_is_never_counted_away(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    table.write(count_admins(acme.id, 2))
    table.write(count_admins(acme.id, -1))
    with pytest.raises(Conflict) as refused:
        table.write(count_admins(acme.id, -1))
    assert refused.value.code == "last_admin"
    table.write(verify_and_count_admins(acme.id, SUMMARY, admins=1))
    table.write(count_admins(acme.id, -1))


def test_a_tombstone_answers_like_none_and_refuses_every_write(deployment: Deployment, table: Table) -> None:
    acme = deployment.organization()
    table.write(mark_deleted(acme.id, deployment.now))
    assert table.read(organization_lookup(acme.id)) == (None,)
    assert table.read(tombstone_lookup(acme.id)) == (replace(acme, deleted_at=deployment.now),)
    assert table.page(every_organization(), limit=10).values == ()
    for write in (
        change_organization(acme, from_version=1),
        change_policy(acme.id, LoginPolicy(), from_version=1),
        put_connection_summary(acme.id, SUMMARY),
        forget_connection(acme.id, SUMMARY.id),
        count_admins(acme.id, 1),
        require_exists(acme.id),
        mark_deleted(acme.id, deployment.now),
    ):
        with pytest.raises(SsoError):
            table.write(write)


def test_a_domain_is_one_organizations(deployment: Deployment, table: Table) -> None:
    owner, thief = deployment.organization("acme.test"), deployment.organization("thief.test")
    table.write(claim_domain("acme.test", owner.id), require_domain_not_foreign("free.test", thief.id))
    table.write(require_domain_not_foreign("acme.test", owner.id))
    for write in (claim_domain("acme.test", thief.id), require_domain_not_foreign("acme.test", thief.id)):
        with pytest.raises(Conflict):
            table.write(write)
    with pytest.raises(NotFound):
        table.write(release_domain("acme.test", thief.id))
    assert table.read(domain_lookup("acme.test")) == (owner.id,)
    table.write(release_domain("acme.test", owner.id))
    table.write(release_domain("acme.test", owner.id))
    assert table.read(domain_lookup("acme.test")) == (None,)

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from chalicelib.errors import Invalid, NotAllowed, NotFound
from chalicelib.organizations.model import Organization, Plan
from chalicelib.setup_links.model import SetupLinkStatus
from tests.support.deployment import Deployment


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization()


def make(deployment: Deployment, acme: Organization, hours: int = 168) -> str:
    """A link's code, which names its ID."""
    made = deployment.container.setup_links.create(acme.id, created_by="key_1", now=deployment.now, hours=hours)
    return str(made.url).rpartition("/")[2]


def statuses(deployment: Deployment, acme: Organization) -> list[str]:
    links = deployment.container.setup_links.page(acme.id, deployment.now, limit=10).values
    return [link.status(deployment.now).value for link in links]


def test_only_the_hash_of_a_code_is_stored(deployment: Deployment, acme: Organization) -> None:
    secret = make(deployment, acme).rpartition(".")[2]
    stored = deployment.container.table._client.scan(TableName=deployment.container.settings.table_name)["Items"]
    assert secret not in str(stored)


def test_a_links_record_tells_what_became_of_it(deployment: Deployment, acme: Organization) -> None:
    guests = deployment.container.setup_sessions
    codes = [make(deployment, acme) for _ in range(4)]
    for code in codes[1:3]:
        cookie = guests.open(code, "192.0.2.1", deployment.now).cookie
    guests.finish(guests.find(cookie, deployment.now), deployment.now)
    deployment.container.setup_links.revoke(acme.id, f"link_{codes[3].split('.')[1]}", deployment.now)
    assert sorted(statuses(deployment, acme)) == ["finished", "opened", "revoked", "unopened"]
    deployment.later(hours=168)
    assert sorted(statuses(deployment, acme)) == ["expired", "expired", "finished", "revoked"]
    deployment.later(days=30)
    assert statuses(deployment, acme) == []


def test_a_link_ends_once(deployment: Deployment, acme: Organization) -> None:
    links, link_id = deployment.container.setup_links, f"link_{make(deployment, acme).split('.')[1]}"
    links.revoke(acme.id, link_id, deployment.now)
    with pytest.raises(NotFound):
        links.revoke(acme.id, link_id, deployment.now)


@pytest.mark.parametrize("link_id", ["", "link_1", "link_" + "0" * 32, "usr_" + "0" * 32])
def test_what_is_not_a_link_cannot_be_revoked(deployment: Deployment, acme: Organization, link_id: str) -> None:
    make(deployment, acme)
    with pytest.raises(NotFound):
        deployment.container.setup_links.revoke(acme.id, link_id, deployment.now)


def test_another_organization_cannot_revoke_it(deployment: Deployment, acme: Organization) -> None:
    link_id = f"link_{make(deployment, acme).split('.')[1]}"
    other = deployment.organization("other.test")
    with pytest.raises(NotFound):
        deployment.container.setup_links.revoke(other.id, link_id, deployment.now)
    assert statuses(deployment, acme) == ["unopened"]


def test_a_link_is_about_a_connection_of_its_own_organization(deployment: Deployment, acme: Organization) -> None:
    foreign = deployment.connection(deployment.organization("other.test"))
    for connection_id in (foreign.id, "conn_" + "0" * 32, "nonsense"):
        with pytest.raises(Invalid) as refused:
            deployment.container.setup_links.create(
                acme.id, created_by="key_1", now=deployment.now, connection_id=connection_id
            )
        assert refused.value.errors[0].code == "unknown_connection"


def test_links_come_with_the_enterprise_plan_only(deployment: Deployment) -> None:
    basic = deployment.organization("basic.test", Plan.STANDARD)
    with pytest.raises(NotAllowed) as refused:
        make(deployment, basic)
    assert refused.value.code == "enterprise_plan_required"


def test_admins_see_links_until_a_week_after_their_expiry(deployment: Deployment, acme: Organization) -> None:
    links, guests = deployment.container.setup_links, deployment.container.setup_sessions
    make(deployment, acme, hours=1)
    code = make(deployment, acme, hours=2)

    def told() -> list[SetupLinkStatus]:
        return [link.status(deployment.now) for link in links.recent_for_admins(acme.id, deployment.now)]

    assert told() == [SetupLinkStatus.UNOPENED] * 2
    guests.open(code, "192.0.2.1", deployment.now)
    deployment.later(hours=1)
    assert told() == [SetupLinkStatus.OPENED]  # unopened expired links are omitted
    deployment.later(hours=1)
    assert told() == [SetupLinkStatus.EXPIRED]
    deployment.later(days=7)
    assert told() == []


def test_every_step_is_a_line_in_the_log(
    deployment: Deployment, acme: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gatehouse")
    code = make(deployment, acme)
    guests = deployment.container.setup_sessions
    cookie = guests.open(code, "192.0.2.1", deployment.now).cookie
    guest = guests.find(cookie, deployment.now)
    guests.propose(guest, {"identity_provider_issuer": "x"}, guest.connection.version, deployment.now)
    guests.finish(guest, deployment.now)
    deployment.container.setup_links.revoke(acme.id, f"link_{make(deployment, acme).split('.')[1]}", deployment.now)
    facts = [r.args for r in caplog.records if r.msg == "setup_link.changed %s"]
    assert all(isinstance(found, Mapping) for found in facts)  # fields of their own in the log's JSON
    events = [f"setup link {found['event']}" for found in facts if isinstance(found, Mapping)]
    wanted = ("created", "opened", "used", "finished", "created", "revoked")
    assert events == [f"setup link {event}" for event in wanted]
    assert all(secret.rpartition(".")[2] not in caplog.text for secret in (code, cookie))


def test_a_deleted_organization_leaves_no_link(deployment: Deployment, acme: Organization) -> None:
    for _ in range(30):
        make(deployment, acme)
    assert deployment.container.organizations.delete(acme.id, deployment.now)
    assert statuses(deployment, acme) == []

"""Connections: what a save does to the status and to the secret."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from chalicelib.adapters.connections import prove_connection
from chalicelib.adapters.organizations import note_connection
from chalicelib.adapters.table import Table
from chalicelib.domain.connection import Connection, ConnectionStatus
from chalicelib.domain.organization import Organization, summary_of
from chalicelib.errors import Stale, Unavailable
from chalicelib.services.connection_changes import ConnectionChanges
from tests.deployment import Deployment
from tests.services.certificates import certificate_pem

ONE, TWO = certificate_pem("one.test"), certificate_pem("two.test")


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    """An enterprise organization."""
    return deployment.organization()


@pytest.fixture
def active(deployment: Deployment, acme: Organization) -> Connection:
    """A connection with one certificate that a sign-in has proven."""
    service = deployment.container.configurations
    draft = service.create(acme.id, now=deployment.now)
    changes: ConnectionChanges = {
        "identity_provider_url": "https://idp.acme.test/sso",
        "identity_provider_issuer": "https://idp.acme.test",
        "x509_certificates": [ONE],
    }
    ready = service.change(acme.id, draft.id, changes, 1, deployment.now)
    deployment.container.table.write(prove_connection(ready, deployment.now))
    proven = service.get(acme.id, ready.id)
    deployment.container.table.write(note_connection(acme.id, summary_of(proven)))
    return proven


def _changed(deployment: Deployment, before: Connection, **changes: Any) -> Connection:
    service = deployment.container.configurations
    values: ConnectionChanges = changes  # type: ignore[assignment]
    return service.change(before.organization_id, before.id, values, before.version, deployment.now)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"identity_provider_url": "https://idp.acme.test/other"}, ConnectionStatus.READY),
        ({"identity_provider_issuer": "https://idp.acme.test/"}, ConnectionStatus.READY),
        ({"x509_certificates": [TWO]}, ConnectionStatus.READY),
        ({"x509_certificates": None}, ConnectionStatus.DRAFT),
        ({"identity_provider_url": None}, ConnectionStatus.DRAFT),
        ({"x509_certificates": [ONE, TWO]}, ConnectionStatus.ACTIVE),
        ({"x509_certificates": [TWO, ONE]}, ConnectionStatus.ACTIVE),
        ({"x509_certificates": [ONE]}, ConnectionStatus.ACTIVE),
        ({"identity_provider_url": "https://idp.acme.test/sso"}, ConnectionStatus.ACTIVE),
        ({"name": "Renamed", "clock_skew_seconds": 0, "force_authn": True}, ConnectionStatus.ACTIVE),
    ],
)
def test_a_proof_counts_for_the_values_that_it_proved(
    deployment: Deployment,
    active: Connection,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
    status: ConnectionStatus,
) -> None:
    with caplog.at_level(logging.WARNING, "gatehouse"):
        after = _changed(deployment, active, **changes)
    lost = status is not ConnectionStatus.ACTIVE
    assert (after.status, after.was_active) == (status, lost)
    assert ("lost active" in caplog.text) == lost
    summary = deployment.container.organizations.get(active.organization_id).connection(active.id)
    assert summary == summary_of(after)


def test_removing_one_of_two_certificates_takes_the_proof(deployment: Deployment, active: Connection) -> None:
    both = _changed(deployment, active, x509_certificates=[ONE, TWO])
    assert both.status is ConnectionStatus.ACTIVE
    assert _changed(deployment, both, x509_certificates=[ONE]).status is ConnectionStatus.READY


def test_what_is_saved_is_what_is_loaded(deployment: Deployment, active: Connection) -> None:
    after = _changed(deployment, active, x509_certificates=[TWO, ONE])
    stored = deployment.container.configurations.get(active.organization_id, active.id)
    assert stored == after
    loaded = deployment.container.certificates.load(stored)
    assert tuple(c.facts for c in loaded) == after.certificates


def test_a_save_that_fails_half_way_leaves_the_old_certificates(
    deployment: Deployment, active: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise Unavailable(private="silent")

    with monkeypatch.context() as patched:
        patched.setattr(Table, "write", silent)
        with pytest.raises(Unavailable):
            _changed(deployment, active, x509_certificates=[TWO])
    _forget_unlabelled_versions(deployment, active)
    stored = deployment.container.configurations.get(active.organization_id, active.id)
    assert stored == active
    deployment.restart()
    assert [c.facts for c in deployment.container.certificates.load(stored)] == list(active.certificates)


def test_the_live_and_the_previous_version_outlast_what_aws_may_delete(
    deployment: Deployment, active: Connection
) -> None:
    versions = [active]
    for number in range(25):  # a secret has room for 20 labels
        pem = TWO if number % 2 == 0 else ONE
        versions.append(_changed(deployment, versions[-1], x509_certificates=[pem]))
        _forget_unlabelled_versions(deployment, active)
    deployment.restart()
    for live in versions[-2:]:
        assert deployment.container.certificates.load(live)


def test_the_second_of_two_admins_is_told(deployment: Deployment, active: Connection) -> None:
    _changed(deployment, active, name="first")
    with pytest.raises(Stale):
        _changed(deployment, active, name="second")
    assert deployment.container.configurations.get(active.organization_id, active.id).name == "first"


def test_a_sign_in_that_proves_meanwhile_is_not_lost_and_refuses_no_admin(
    deployment: Deployment, active: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    unproven = _changed(deployment, active, identity_provider_issuer="https://new.test")
    write, table = Table.write, deployment.container.table

    def racing(this: Table, *writes: Any) -> None:
        monkeypatch.setattr(Table, "write", write)
        table.write(prove_connection(unproven, deployment.now))
        write(this, *writes)

    monkeypatch.setattr(Table, "write", racing)
    after = _changed(deployment, unproven, name="Renamed")
    assert (after.name, after.status) == ("Renamed", ConnectionStatus.ACTIVE)
    assert deployment.container.configurations.get(active.organization_id, active.id).proven


def test_deleting_an_active_connection_is_an_event_and_takes_its_secret(
    deployment: Deployment, active: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "gatehouse"):
        deployment.container.configurations.delete(active.organization_id, active.id, active.version, deployment.now)
    assert "lost active" in caplog.text
    name = f"{deployment.container.settings.secret_prefix}/connections/{active.id}"
    assert "DeletedDate" in deployment.container._secrets.describe_secret(SecretId=name)


def test_disabling_an_active_connection_is_an_event(
    deployment: Deployment, active: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "gatehouse"):
        deployment.container.configurations.disable(active.organization_id, active.id, deployment.now)
    assert "lost active" in caplog.text


def _forget_unlabelled_versions(deployment: Deployment, connection: Connection) -> None:
    """What AWS may do at any time: delete versions without a staging label."""
    from moto.secretsmanager.models import secretsmanager_backends

    name = f"{deployment.container.settings.secret_prefix}/connections/{connection.id}"
    for account in secretsmanager_backends.values():
        for backend in account.values():
            for secret in backend.secrets.values():
                if secret.name != name:
                    continue
                assert sum(len(version["version_stages"]) for version in secret.versions.values()) <= 20
                for version_id in [v for v, version in secret.versions.items() if not version["version_stages"]]:
                    del secret.versions[version_id]

"""Connections: what a save does to the status and to the secret."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
from functools import partial
from typing import Any

import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.aws.transaction import update
from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.connections.secrets import CertificateSecrets
from chalicelib.connections.store import connection_key, mark_verified
from chalicelib.errors import Stale, Unavailable
from chalicelib.organizations.model import Organization, summary_of
from chalicelib.organizations.store import put_connection_summary
from tests.support.aws_faults import FAULTS, Fault, Killed, at_call, in_between
from tests.support.certificates import certificate_pem
from tests.support.deployment import Deployment

ONE, TWO = certificate_pem("one.test"), certificate_pem("two.test")


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    """An enterprise organization."""
    return deployment.organization()


@pytest.fixture
def active(deployment: Deployment, acme: Organization) -> Connection:
    """A connection with one certificate that a sign-in has proven."""
    service = deployment.container.connections
    draft = service.create(acme.id, now=deployment.now)
    changes: ConnectionChanges = {
        "identity_provider_url": "https://idp.acme.test/sso",
        "identity_provider_issuer": "https://idp.acme.test",
        "x509_certificates": [ONE],
    }
    ready = service.change(service.get(acme.id, draft.id), changes, 1, deployment.now)
    deployment.container.table.write(mark_verified(ready, deployment.now))
    proven = service.get(acme.id, ready.id)
    deployment.container.table.write(put_connection_summary(acme.id, summary_of(proven)))
    return proven


def _changed(deployment: Deployment, before: Connection, **changes: Any) -> Connection:
    service = deployment.container.connections
    values: ConnectionChanges = changes  # type: ignore[assignment]
    return service.change(service.get(before.organization_id, before.id), values, before.version, deployment.now)


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
    assert ("connection.active_lost" in caplog.text) == lost
    summary = deployment.container.organizations.get(active.organization_id).connection(active.id)
    assert summary == summary_of(after)


def test_removing_one_of_two_certificates_takes_the_proof(deployment: Deployment, active: Connection) -> None:
    both = _changed(deployment, active, x509_certificates=[ONE, TWO])
    assert both.status is ConnectionStatus.ACTIVE
    assert _changed(deployment, both, x509_certificates=[ONE]).status is ConnectionStatus.READY


def test_what_is_saved_is_what_is_loaded(deployment: Deployment, active: Connection) -> None:
    after = _changed(deployment, active, x509_certificates=[TWO, ONE])
    stored = deployment.container.connections.get(active.organization_id, active.id)
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
    stored = deployment.container.connections.get(active.organization_id, active.id)
    assert stored == active
    deployment.restart()
    assert [c.facts for c in deployment.container.certificates.load(stored)] == list(active.certificates)


def test_the_second_of_two_concurrent_admins_is_refused(deployment: Deployment, active: Connection) -> None:
    _changed(deployment, active, name="first")
    with pytest.raises(Stale):
        _changed(deployment, active, name="second")
    assert deployment.container.connections.get(active.organization_id, active.id).name == "first"


def test_a_sign_in_that_proves_meanwhile_is_not_lost_and_refuses_no_admin(
    deployment: Deployment, active: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    unproven = _changed(deployment, active, identity_provider_issuer="https://new.test")
    write, table = Table.write, deployment.container.table

    def racing(this: Table, *writes: Any) -> None:
        monkeypatch.setattr(Table, "write", write)
        table.write(mark_verified(unproven, deployment.now))
        write(this, *writes)

    monkeypatch.setattr(Table, "write", racing)
    after = _changed(deployment, unproven, name="Renamed")
    assert (after.name, after.status) == ("Renamed", ConnectionStatus.ACTIVE)
    assert deployment.container.connections.get(active.organization_id, active.id).proven


def test_deleting_an_active_connection_is_an_event_and_takes_its_secret(
    deployment: Deployment, active: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "gatehouse"):
        deployment.container.connections.delete(
            deployment.container.connections.get(active.organization_id, active.id), active.version, deployment.now
        )
    assert "connection.active_lost" in caplog.text
    name = f"{deployment.container.settings.secret_prefix}/connections/{active.id}"
    assert "DeletedDate" in deployment.container._secrets.describe_secret(SecretId=name)


def test_disabling_an_active_connection_is_an_event(
    deployment: Deployment, active: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "gatehouse"):
        deployment.container.connections.disable(
            deployment.container.connections.get(active.organization_id, active.id), deployment.now
        )
    assert "connection.active_lost" in caplog.text


def _unread(deployment: Deployment, connection: Connection) -> list[str]:
    """Fingerprints of what a new process loads."""
    container = deployment.container
    secrets = CertificateSecrets(container._secrets, container.settings.secret_prefix)
    return [certificate.facts.sha256 for certificate in secrets.load(connection)]


def _fingerprints(connection: Connection) -> list[str]:
    return [facts.sha256 for facts in connection.certificates]


def test_of_two_admins_who_save_certificates_at_once_the_one_who_is_stored_keeps_theirs(
    deployment: Deployment, active: Connection
) -> None:
    number, struck = 0, True
    while struck:
        number += 1
        before = deployment.container.connections.get(active.organization_id, active.id)
        first, second = ([ONE, certificate_pem(f"{name}{number}.test")] for name in ("first", "second"))
        other = partial(_changed, deployment, before, x509_certificates=second)
        with in_between(deployment, number, other) as calls, contextlib.suppress(Stale):
            _changed(deployment, before, x509_certificates=first)
        struck = calls.struck is not None
        stored = deployment.container.connections.get(active.organization_id, active.id)
        assert stored.version > before.version
        assert _unread(deployment, stored) == _fingerprints(stored), f"call {number}, {calls.struck}"
    assert number > 4


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_save_of_certificates_that_fails_at_any_call_breaks_no_sign_in(
    deployment: Deployment, active: Connection, fault: Fault
) -> None:
    number, struck = 0, True
    while struck:
        number += 1
        before = deployment.container.connections.get(active.organization_id, active.id)
        new = [certificate_pem(f"new{number}.test")]
        with at_call(deployment, number, fault) as calls, contextlib.suppress(Unavailable, Killed):
            _changed(deployment, before, x509_certificates=new)
        struck = calls.struck is not None
        stored = deployment.container.connections.get(active.organization_id, active.id)
        assert _unread(deployment, stored) == _fingerprints(stored), f"call {number}, {calls.struck}"
    assert number > 3


@pytest.mark.parametrize("changes", [{"x509_certificates": None}, {"name": "other"}])
def test_a_save_that_adds_no_certificate_does_not_ask_for_the_secret(
    deployment: Deployment, active: Connection, changes: dict[str, Any]
) -> None:
    deployment.calls.clear()
    _changed(deployment, active, **changes)
    assert "SecretValue" not in "".join(deployment.calls)


def test_a_pinned_connection_is_found_by_fingerprint_after_the_next_save(
    deployment: Deployment, active: Connection
) -> None:
    container = deployment.container
    name = f"{container.settings.secret_prefix}/connections/{active.id}"
    (certificate,) = container.certificates.load(active)
    text = json.dumps({"certificates": [base64.b64encode(certificate.der).decode()]})
    arguments: Any = {"SecretId": name, "ClientRequestToken": "v" * 64, "SecretString": text}
    container._secrets.put_secret_value(**arguments, VersionStages=["gatehouse-vvvvvvvvvvvv"])
    for _ in range(2):
        container._secrets.put_secret_value(SecretId=name, SecretString='{"certificates": []}')
    container.table.write(update(connection_key(active.id), {"secret_version": "v" * 64}))
    deployment.restart()
    pinned = deployment.container.connections.get(active.organization_id, active.id)
    assert _unread(deployment, pinned) == _fingerprints(active)
    after = _changed(deployment, pinned, x509_certificates=[ONE, TWO])
    assert after.secret_version is None
    assert _unread(deployment, after) == _fingerprints(after)

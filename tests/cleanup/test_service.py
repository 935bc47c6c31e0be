"""The cleanup finishes interrupted operations and leaves those that may still be in progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.aws.transaction import delete
from chalicelib.cleanup import organization_deletion
from chalicelib.cleanup.organization_deletion import OrganizationDeletion
from chalicelib.connections.deleted_store import every_deleted_connection
from chalicelib.connections.model import Connection
from chalicelib.connections.store import connection_key, create_connection
from chalicelib.errors import Unavailable
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.store import mark_deleted, tombstone_lookup
from chalicelib.users.store import address_lookup
from tests.support.certificates import certificate_pem
from tests.support.deployment import Deployment


def run_cleanup(deployment: Deployment, has_time: Callable[[], bool] = lambda: True) -> dict[str, int]:
    """Runs the scheduled cleanup; returns the number of deleted orphans of each kind, failures excluded."""
    return {k: n for k, n in deployment.container.cleanup.run(deployment.now, has_time).items() if n}


def secret(deployment: Deployment, connection_id: str) -> dict[str, Any]:
    """The secret as AWS describes it."""
    name = f"{deployment.container.settings.secret_prefix}/connections/{connection_id}"
    return dict(deployment.container._secrets.describe_secret(SecretId=name))


def configured(deployment: Deployment) -> Connection:
    """A connection with a certificate. Secrets Manager's clock is the machine's: so is the deployment's, a while on."""
    container = deployment.container
    acme = deployment.organization(None)
    made = container.connections.create(acme.id, now=deployment.now)
    changes: Any = {"x509_certificates": [certificate_pem("idp.acme.test")]}
    return container.connections.change(container.connections.get(acme.id, made.id), changes, 1, deployment.now)


@pytest.fixture(autouse=True)
def machine_time(deployment: Deployment) -> None:
    """Ages of secrets are by AWS's clock."""
    stamp = deployment.container._secrets.create_secret(Name=f"clock-{deployment.container.settings.stage}")
    made = deployment.container._secrets.describe_secret(SecretId=stamp["ARN"])["CreatedDate"]
    deployment.clock[0] = made.replace(microsecond=0)
    deployment.container._secrets.delete_secret(SecretId=stamp["ARN"], ForceDeleteWithoutRecovery=True)


def test_without_orphans_nothing_is_deleted(deployment: Deployment) -> None:
    connection = configured(deployment)
    deployment.later(days=2)
    assert run_cleanup(deployment) == {}
    assert "DeletedDate" not in secret(deployment, connection.id)


def test_a_deletion_that_broke_off_goes_on_by_itself(deployment: Deployment) -> None:
    acme = deployment.organization()
    deployment.user(acme, "ada@acme.test")
    deployment.container.table.write(mark_deleted(acme.id, deployment.now))
    assert run_cleanup(deployment) == {}
    deployment.later(hours=1, seconds=1)
    assert run_cleanup(deployment) == {"organization": 1}
    table = deployment.container.table
    assert table.read(tombstone_lookup(acme.id), address_lookup("ada@acme.test"), domain_lookup("acme.test")) == (
        None, None, None,
    )  # fmt: skip
    assert run_cleanup(deployment) == {}


def test_a_large_deletion_goes_on_step_by_step_as_far_as_the_time_reaches(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organization_deletion, "MAX_STEPS", 2)
    acme = deployment.organization()
    for number in range(5):
        deployment.user(acme, f"user{number}@acme.test")
    deployment.container.table.write(mark_deleted(acme.id, deployment.now))
    deployment.later(hours=2)
    times = [True, False]
    run_cleanup(deployment, lambda: times.pop(0))
    assert deployment.container.table.read(tombstone_lookup(acme.id)) != (None,)
    assert run_cleanup(deployment) == {"organization": 1}
    assert deployment.container.table.read(tombstone_lookup(acme.id)) == (None,)


def test_a_secret_that_outlived_its_connection_goes_an_hour_later(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = configured(deployment)
    configurations = deployment.container.connections

    def silent(*_: object) -> None:
        raise Unavailable(private="silent")

    with monkeypatch.context() as patched:
        patched.setattr(type(deployment.container.certificates), "delete", silent)
        configurations.delete(
            configurations.get(connection.organization_id, connection.id), connection.version, deployment.now
        )
    deployment.later(minutes=59)
    assert run_cleanup(deployment) == {}
    assert "DeletedDate" not in secret(deployment, connection.id)
    deployment.later(minutes=2)
    assert run_cleanup(deployment) == {"secret": 1}
    assert "DeletedDate" in secret(deployment, connection.id)
    assert deployment.container.table.page(every_deleted_connection(), limit=5).values == ()


def test_a_secret_that_a_late_save_made_anew_goes_too(deployment: Deployment) -> None:
    acme = deployment.organization(None)
    draft = deployment.container.connections.create(acme.id, now=deployment.now)
    deployment.container.organizations.delete(acme.id, deployment.now)
    deployment.container.certificates.save(draft, [], deployment.now)
    deployment.later(hours=2)
    assert run_cleanup(deployment) == {"secret": 1}
    assert "DeletedDate" in secret(deployment, draft.id)


def test_a_connection_that_is_back_keeps_its_secret(deployment: Deployment) -> None:
    connection = configured(deployment)
    container = deployment.container
    container.connections.delete(
        container.connections.get(connection.organization_id, connection.id), connection.version, deployment.now
    )
    container.certificates.restore(connection.id)
    container.table.write(create_connection(connection))
    deployment.later(hours=2)
    run_cleanup(deployment)
    assert "DeletedDate" not in secret(deployment, connection.id)
    assert container.table.page(every_deleted_connection(), limit=5).values == ()


@pytest.mark.parametrize("failure", [Unavailable(private="throttled"), ZeroDivisionError("a secret value")])
def test_one_failure_is_reported_and_keeps_nothing_else_from_going(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    first, second = deployment.organization("a.test"), deployment.organization("b.test")
    for each in (first, second):
        deployment.container.table.write(mark_deleted(each.id, deployment.now))
    deployment.later(hours=2)
    resume = OrganizationDeletion.resume

    def sometimes(deletion: Any, organization: Any, now: Any) -> bool:
        if organization.id == second.id:
            raise failure
        return resume(deletion, organization, now)

    monkeypatch.setattr(OrganizationDeletion, "resume", sometimes)
    with pytest.raises(Unavailable):
        run_cleanup(deployment)
    (line,) = [r.args for r in caplog.records if isinstance(r.args, dict) and r.args.get("id") == second.id]
    assert line["private"] == getattr(failure, "private", "ZeroDivisionError")
    assert deployment.container.table.read(tombstone_lookup(first.id)) == (None,)
    assert deployment.container.table.read(tombstone_lookup(second.id)) != (None,)


def test_a_secret_of_which_the_table_knows_nothing_is_found_after_a_day_and_no_other(deployment: Deployment) -> None:
    known, container = configured(deployment), deployment.container
    lost = deployment.connection(deployment.organization(None))
    container.certificates.save(lost, [], deployment.now)
    container.table.write(delete(connection_key(lost.id)))
    foreign = f"{container.settings.secret_prefix}/connections-of-others/{lost.id}"
    container._secrets.create_secret(Name=foreign, SecretString="x")
    deployment.later(hours=23)
    assert list(container.cleanup.unknown_secrets(deployment.now)) == []
    deployment.later(hours=2)
    (found,) = container.cleanup.unknown_secrets(deployment.now)
    assert (found.id, found.kind.value) == (lost.id, "unknown_secret")
    container.cleanup.delete(found, deployment.now, lambda: True)
    assert "DeletedDate" in secret(deployment, lost.id)
    assert "DeletedDate" not in secret(deployment, known.id)
    assert list(container.cleanup.unknown_secrets(deployment.now)) == []

"""The operator brings to an end what broke off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.aws.transaction import delete
from chalicelib.connections.store import connection_key
from chalicelib.errors import Unavailable
from chalicelib.organizations.store import mark_deleted, tombstone_lookup
from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment


@pytest.fixture
def lost(deployment: Deployment) -> dict[str, str]:
    """One of each kind that the table or a secret can tell; all old enough."""
    container = deployment.container
    half = deployment.organization()
    acme = deployment.organization(None)
    connection = container.connections.create(acme.id, now=deployment.now)
    container.certificates.save(connection, [], deployment.now)
    gone = container.connections.create(acme.id, now=deployment.now)
    container.connections.delete(container.connections.get(acme.id, gone.id), gone.version, deployment.now)
    unknown = deployment.connection(deployment.organization(None))
    container.certificates.save(unknown, [], deployment.now)
    container.table.write(delete(connection_key(unknown.id)), mark_deleted(half.id, deployment.now))
    name = f"{container.settings.secret_prefix}/connections/{unknown.id}"
    deployment.clock[0] = container._secrets.describe_secret(SecretId=name)["CreatedDate"]
    deployment.later(days=400)  # whatever the machine's date is, all of it is old
    return {"organization": half.id, "secret": gone.id, "unknown_secret": unknown.id}


def test_a_rehearsal_lists_everything_and_changes_nothing(run: Run, lost: dict[str, str]) -> None:
    for _ in range(2):
        rows = run("tidy", "--dry-run")["data"]
        assert {row["kind"]: row["id"] for row in rows} == lost
        assert {row["outcome"] for row in rows} == {"would go"}


def test_everything_goes_and_a_second_run_finds_nothing(deployment: Deployment, run: Run, lost: dict[str, str]) -> None:
    rows = run("tidy")["data"]
    assert {row["kind"]: row["outcome"] for row in rows} == dict.fromkeys(lost, "gone")
    assert deployment.container.table.read(tombstone_lookup(lost["organization"])) == (None,)
    assert run("tidy")["data"] == []


def test_what_stays_is_reported_with_the_reason_and_the_rest_goes(
    deployment: Deployment, run: Run, lost: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise Unavailable(private="AccessDeniedException")

    monkeypatch.setattr(type(deployment.container.certificates), "delete", denied)
    rows = {row["kind"]: row for row in run("tidy", status=1)["data"]}
    assert rows["organization"]["outcome"] == "gone"
    assert rows["unknown_secret"]["outcome"] == "failed"
    assert rows["unknown_secret"]["what"] == "AccessDeniedException"


def test_an_empty_table_makes_no_secret_an_orphan(
    deployment: Deployment, refused: Callable[..., str], lost: dict[str, str]
) -> None:
    client, name = deployment.container.table._client, deployment.container.settings.table_name
    for item in client.scan(TableName=name)["Items"]:
        client.delete_item(TableName=name, Key={key: item[key] for key in ("pk", "sk")})
    for more in ([], ["--dry-run"]):
        assert "Is it the right one" in refused("tidy", *more)
    assert len(list(deployment.container.certificates.every())) == 2

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.connections.service import Connections
from chalicelib.connections.store import connection_lookup
from tests.ops.cli.conftest import Run
from tests.ops.cli.migrate.exports import (
    auth0_connection,
    cognito_provider,
    keycloak_realm,
    metadata,
    polis_connection,
)
from tests.support.deployment import Deployment
from tests.support.metadata_site import site_of
from tests.support.round_trip import Idp, identity_provider

Migrate = Callable[..., dict[str, Any]]


@pytest.fixture
def migrate(run: Run, tmp_path: Path) -> Migrate:
    def migrated(source: str, document: object, *arguments: str, status: int = 0) -> dict[str, Any]:
        file = tmp_path / "export.json"
        file.write_text(json.dumps(document))
        return run("migrate", "--from", source, "--file", str(file), *arguments, status=status)

    return migrated


def _stored(deployment: Deployment, row: dict[str, Any]) -> Connection:
    (found,) = deployment.container.table.read(connection_lookup(row["connection_id"]))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("source", "document", "certificates"),
    [
        ("auth0", [auth0_connection(metadataXml=metadata())], 1),
        ("cognito", cognito_provider(), 1),
        ("keycloak", {**keycloak_realm(), "identityProviders": keycloak_realm()["identityProviders"][:1]}, 2),
        ("polis", polis_connection(), 1),
    ],
)
def test_each_systems_export_becomes_a_ready_connection_and_work_for_the_customers_it(
    source: str, document: object, certificates: int, deployment: Deployment, migrate: Migrate
) -> None:
    (row,) = migrate(source, document)["data"]
    stored = _stored(deployment, row)
    assert stored.status is ConnectionStatus.READY
    assert stored.identity_provider_issuer == "https://idp.acme.test"
    assert stored.identity_provider_url == "https://idp.acme.test/sso"
    assert len(stored.certificates) == certificates
    assert row["outcome"] == "ready"
    for address in (row["single_sign_on_url"], row["sp_entity_id"]):
        assert stored.id in address
        assert address in row["todo"]


def test_a_migrated_connection_is_proven_by_its_first_sign_in(deployment: Deployment, migrate: Migrate) -> None:
    idp = identity_provider(deployment, deployment.organization("other.test"))
    document = keycloak_realm(idpEntityId=idp.connection.identity_provider_issuer)
    row = migrate("keycloak", document, status=1)["data"][0]
    organization = deployment.container.organizations.get(row["organization_id"])
    moved = Idp(deployment, organization, _stored(deployment, row))
    moved.sign_in("new@acme.test")
    assert moved.reload_connection().status is ConnectionStatus.ACTIVE


def test_what_misses_a_value_is_a_draft_that_says_what(deployment: Deployment, migrate: Migrate) -> None:
    (row,) = migrate("auth0", [auth0_connection()])["data"]
    assert row["outcome"] == "draft"
    assert "Missing: identity_provider_issuer." in row["todo"]
    assert "gmail.com" in row["todo"]
    assert row["provider"] == "okta"
    organization = deployment.container.organizations.get(row["organization_id"])
    assert [d.domain for d in organization.domains] == ["acme.test"]
    assert organization.external_id == "auth0:con_1"


def test_nothing_is_lost_silently(deployment: Deployment, migrate: Migrate) -> None:
    document = [auth0_connection(), {**auth0_connection(), "id": "con_2", "strategy": "waad"}]
    answer = migrate("auth0", document, status=1)
    assert (answer["entries"], answer["left_out"]) == (2, 1)
    assert [row["outcome"] for row in answer["data"]] == ["draft", "left out"]
    assert "waad" in answer["data"][1]["todo"]


@pytest.mark.parametrize(
    ("connection", "reason"),
    [
        (auth0_connection(signInEndpoint="javascript:alert(1)"), "https://"),
        (auth0_connection(signingCert="nonsense"), "not an X.509 certificate"),
        (auth0_connection(metadataXml="<html/>"), ""),
        (auth0_connection(metadataUrl="https://nowhere.test/metadata"), "nothing"),
    ],
)
def test_values_that_will_not_do_are_refused_before_anything_is_made(
    connection: dict[str, Any], reason: str, deployment: Deployment, migrate: Migrate
) -> None:
    site_of(deployment)
    (row,) = migrate("auth0", [connection], status=1)["data"]
    assert row["outcome"] == "left out"
    assert reason in row["todo"]
    assert deployment.container.organizations.page(limit=1).values == ()


def test_a_domain_that_another_customer_verified_is_not_taken(deployment: Deployment, migrate: Migrate) -> None:
    owner = deployment.organization("acme.test")
    (row,) = migrate("auth0", [auth0_connection()], status=1)["data"]
    assert owner.id in row["todo"]


def test_a_rehearsal_makes_nothing(deployment: Deployment, migrate: Migrate) -> None:
    answer = migrate("cognito", cognito_provider(), "--dry-run")
    assert answer["changed_nothing"] is True
    assert answer["data"][0]["outcome"] == "ready"
    assert deployment.container.organizations.page(limit=1).values == ()


def test_metadata_is_fetched_once_and_its_address_kept(deployment: Deployment, migrate: Migrate) -> None:
    site = site_of(deployment)
    site.pages["https://idp.acme.test/metadata"] = metadata().encode()
    (row,) = migrate("auth0", [auth0_connection(metadataUrl="https://idp.acme.test/metadata")])["data"]
    assert _stored(deployment, row).metadata_url == "https://idp.acme.test/metadata"
    assert site.asked == ["https://idp.acme.test/metadata"]


def test_what_was_moved_already_is_left_as_it_is(deployment: Deployment, migrate: Migrate) -> None:
    (row,) = migrate("polis", polis_connection())["data"]
    (again,) = migrate("polis", polis_connection(), status=1)["data"]
    assert again["outcome"] == "left out"
    assert row["connection_id"] in again["todo"]
    assert len(deployment.container.organizations.page(limit=9).values) == 1


@pytest.mark.parametrize("dies_at", ["create", "change"])
def test_a_run_that_was_killed_is_finished_by_the_next(
    dies_at: str, deployment: Deployment, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Connections, dies_at, killed)
        with pytest.raises(KeyboardInterrupt):
            migrate("cognito", cognito_provider())
    (row,) = migrate("cognito", cognito_provider())["data"]
    assert _stored(deployment, row).status is ConnectionStatus.READY
    (organization,) = deployment.container.organizations.page(limit=9).values
    assert len(organization.connections) == 1


def test_a_disabled_connection_stays_disabled(deployment: Deployment, migrate: Migrate) -> None:
    (row,) = migrate("polis", polis_connection() | {"deactivated": True})["data"]
    assert _stored(deployment, row).status is ConnectionStatus.DISABLED
    assert row["outcome"] == "disabled"


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\x00", "[1]", "3"])
def test_a_file_of_something_else_is_refused_in_one_sentence(
    text: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    file = tmp_path / "export.json"
    file.write_text(text)
    assert refused("migrate", "--from", "auth0", "--file", str(file))

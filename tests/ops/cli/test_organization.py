from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.store import mark_deleted
from chalicelib.users.store import address_lookup
from ops import __main__ as operator
from tests.ops.cli.conftest import Run
from tests.support.deployment import Deployment


def test_the_list_goes_on_where_it_ended(deployment: Deployment, run: Run) -> None:
    made = []
    for number in range(3):
        deployment.later(seconds=1)
        made.append(deployment.organization(None, name=f"Customer {number}").id)
    first = run("organization", "list", "--limit", "2")
    rest = run("organization", "list", "--after", first["after"])
    assert [row["id"] for row in first["data"] + rest["data"]] == made[::-1]
    assert "after" not in rest


def test_a_table_for_people_has_a_line_for_each_and_nothing_that_moves_the_cursor(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.organization(name="Evil\x1b[2J\nCorp")
    assert operator.main(["organization", "list"]) == 0
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["id", "name", "plan"]
    assert "\x1b" not in row
    assert "Corp" in row


def test_what_is_shown_has_the_connections(deployment: Deployment, run: Run) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization, name="Okta")
    shown = run("organization", "show", organization.id)
    assert shown["connections"] == [{"id": connection.id, "name": "Okta", "status": "active", "jit_provisioning": True}]


def test_an_unknown_one_is_named(refused: Callable[..., str]) -> None:
    assert "org_nobody" in refused("organization", "show", "org_nobody")
    assert "org_nobody" in refused("organization", "delete", "org_nobody", "--confirm", "Acme")


def test_deleting_needs_the_name_and_leaves_nothing(
    deployment: Deployment, run: Run, refused: Callable[..., str]
) -> None:
    organization = deployment.organization()
    deployment.user(organization, "a@acme.test")
    assert "'Acme'" in refused("organization", "delete", organization.id, "--confirm", "Acne")
    assert run("organization", "delete", organization.id, "--confirm", "Acme")["deleted"] is True
    (entry,) = deployment.container.table.read(address_lookup("a@acme.test"))
    assert entry is None


def test_an_interrupted_deletion_is_finished(deployment: Deployment, run: Run) -> None:
    organization = deployment.organization()
    deployment.container.table.write(mark_deleted(organization.id, deployment.now))
    run("organization", "delete", organization.id, "--confirm", "Acme")
    (owner,) = deployment.container.table.read(domain_lookup("acme.test"))
    assert owner is None

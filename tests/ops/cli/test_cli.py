from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from chalicelib.api_keys.model import secret_hash
from chalicelib.api_keys.store import api_key_lookup
from chalicelib.invitations.model import LinkPurpose
from chalicelib.organizations.store import organization_lookup
from chalicelib.users.model import Role
from chalicelib.users.store import address_lookup
from ops import __main__ as operator
from tests.support.deployment import Deployment, new_deployment


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    with new_deployment() as deployment:
        monkeypatch.setattr(operator, "current", lambda: deployment.container)
        yield deployment


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert operator.main(["--json", *arguments]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_a_created_key_is_taken_and_only_its_hash_is_kept(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    key = _run(capsys, "key", "create", "--name", "Billing")["api_key"]
    (record,) = deployment.container.table.read(api_key_lookup(secret_hash(key)))
    assert record is not None
    assert (record.name, record.organization_id) == ("Billing", None)


def test_a_created_organization_has_an_admin_who_can_open_the_printed_link(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _run(capsys, "organization", "create", "--name", "Acme", "--admin", "Lee@acme.test", "--domain", "ACME.test")
    (organization,) = deployment.container.table.read(organization_lookup(made["organization_id"]))
    assert organization is not None
    assert organization.has_verified("acme.test")
    assert organization.active_admins == 1
    code = made["link"].rpartition("/")[2]
    opened = deployment.container.links.open(code, LinkPurpose.INVITATION, deployment.now)
    assert (opened.user.email, opened.user.role) == ("lee@acme.test", Role.ADMIN)


@pytest.mark.parametrize("wrong", [["--admin", "nobody"], ["--admin", "a@acme.test", "--domain", "no domain"]])
@pytest.mark.usefixtures("deployment")
def test_what_cannot_be_read_is_named_in_one_sentence(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert operator.main(["organization", "create", "--name", "Acme", *wrong]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_an_admin_of_a_domain_that_another_organization_verified_is_refused_and_nothing_is_made(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.organization("acme.test")
    assert operator.main(["organization", "create", "--name", "Thief", "--admin", "ceo@acme.test"]) == 1
    assert "Another organization has verified acme.test" in capsys.readouterr().err
    (entry,) = deployment.container.table.read(address_lookup("ceo@acme.test"))
    assert entry is None
    listed = deployment.container.organizations.page(limit=10).values
    assert [organization.name for organization in listed] == ["Acme"]

"""From one deployment into another, with the operator's own commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.audit_log.filter import AuditFilter
from chalicelib.aws.transaction import Write
from chalicelib.connections.model import ConnectionStatus, IdentityProviderValues
from chalicelib.errors import SignInRefused, Unavailable
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.domain_store import domain_lookup
from chalicelib.organizations.store import organization_lookup
from chalicelib.users.model import Role
from chalicelib.users.store import address_lookup, user_lookup
from ops import __main__ as operator
from tests.support.deployment import Deployment, new_deployment
from tests.support.identity_provider import Subject, key
from tests.support.round_trip import Idp, identity_provider

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


@pytest.fixture
def old() -> Iterator[Deployment]:
    with new_deployment() as deployment:
        yield deployment


@pytest.fixture
def new() -> Iterator[Deployment]:
    """An empty deployment under the same address, with keys of its own."""
    with new_deployment() as deployment:
        yield deployment


class Mover:
    """Runs the commands at either deployment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder / "export.jsonl"
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def at(self, deployment: Deployment, *arguments: str, status: int = 0) -> dict[str, Any]:
        """The answer; `{}` where there is a complaint instead."""
        self._monkeypatch.setattr(operator, "current", lambda: deployment.container)
        self._capsys.readouterr()
        assert operator.main([*arguments, "--file", str(self.file), "--json"]) == status
        said = self._capsys.readouterr()
        return dict(json.loads(said.out)) if said.out else {"complaint": said.err}

    def lines(self) -> list[dict[str, Any]]:
        """The file."""
        return [json.loads(line) for line in self.file.read_text().splitlines()]


@pytest.fixture
def mover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mover:
    return Mover(tmp_path, monkeypatch, capsys)


def _customer(deployment: Deployment) -> Idp:
    """Acme with an admin, a member who came by SSO under a persistent name ID, and an active connection."""
    idp = identity_provider(deployment)
    deployment.container.users.create(
        organization_id=idp.organization.id, email="admin@acme.test", role=Role.ADMIN, now=deployment.now,
        password="correct horse battery",
    )  # fmt: skip
    idp.sign_in(subject=Subject(value="p-1", format=PERSISTENT))
    assert idp.reload_connection().status is ConnectionStatus.ACTIVE
    return idp


def _moved(idp: Idp, deployment: Deployment) -> Idp:
    """The same identity provider and connection, at another deployment, from a browser without cookies."""
    deployment.clock[0] = idp.deployment.now
    return Idp(deployment, idp.organization, idp.connection)


def test_a_user_signs_in_through_the_same_connection_after_the_move(
    old: Deployment, new: Deployment, mover: Mover
) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    moved = mover.at(new, "import")
    assert moved["made"] == {"organization": 1, "user": 2, "connection": 1, "binding": 1}
    assert moved["addresses"].startswith("the same")
    after = _moved(idp, new)
    assert after.reload_connection().status is ConnectionStatus.ACTIVE
    before = idp.sign_in(subject=Subject(value="p-1", format=PERSISTENT))
    again = after.sign_in(subject=Subject(value="p-1", format=PERSISTENT))
    assert again.session.session.user_id == before.session.session.user_id


def test_whom_a_name_id_stands_for_moves_too(old: Deployment, new: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    mover.at(new, "import")
    with pytest.raises(SignInRefused, match="subject_mismatch"):
        _moved(idp, new).sign_in(subject=Subject(value="somebody-else", format=PERSISTENT))


def test_everything_else_is_as_it_was(old: Deployment, new: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    policy = LoginPolicy(Mode.OPTIONAL)
    organization = old.container.organizations.get(idp.organization.id)
    old.container.login_policies.put(organization, policy, old.now)
    mover.at(old, "export")
    mover.at(new, "import")
    found = [deployment.container.organizations.get(idp.organization.id) for deployment in (old, new)]
    assert found[0] == found[1]
    assert found[1].active_admins == 1
    (owner,) = new.container.table.read(domain_lookup("acme.test"))
    assert owner == idp.organization.id
    (entry,) = new.container.table.read(address_lookup("admin@acme.test"))
    assert entry is not None
    (user,) = new.container.table.read(user_lookup(entry.organization_id, entry.user_id))
    (original,) = old.container.table.read(user_lookup(entry.organization_id, entry.user_id))
    assert original is not None
    assert user == replace(original, password_hash=None)


def test_pending_and_previous_values_keep_their_certificates(old: Deployment, new: Deployment, mover: Mover) -> None:
    first, second = key("acme").certificate, key("second").certificate
    values = IdentityProviderValues("https://idp.test/2", "https://idp.test", (second.facts,))
    organization = old.organization()
    connection = old.connection(organization, pending=values, previous=values, certificates=(first.facts,))
    old.container.certificates.save(connection, [first, second], old.now)
    mover.at(old, "export")
    mover.at(new, "import")
    after = Idp(new, organization, connection).reload_connection()
    for kept in (after.pending, after.previous):
        assert kept is not None
        assert new.container.certificates.load(after.with_values(kept)) == (second,)
    assert new.container.certificates.load(after) == (first,)


def test_nothing_that_opens_anything_is_in_the_file(old: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    _, secret = old.container.api_keys.create(name="Backend", now=old.now)
    (user,) = old.container.users.page(idp.organization.id, limit=1).values
    link = old.container.links.invite(idp.organization.id, user.id, old.now).url
    mover.at(old, "export")
    text = mover.file.read_text()
    cookies = old.container.keys.load(old.now).cookies.current
    for word in ("argon2", "PRIVATE KEY", secret, link.rpartition("/")[2], cookies.hex(), "Backend", "session"):
        assert word not in text
    assert mover.file.stat().st_mode & 0o777 == 0o600


def test_password_hashes_go_along_only_when_asked_for(old: Deployment, new: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    mover.at(old, "export", "--with-password-hashes")
    assert mover.lines()[0]["has_password_hashes"] is True
    mover.at(new, "import")
    (admin,) = (u for u in new.container.users.page(idp.organization.id, limit=9).values if u.role is Role.ADMIN)
    assert admin.password_hash is not None


def test_an_import_may_be_repeated(old: Deployment, new: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    mover.at(new, "import")
    _moved(idp, new).sign_in(subject=Subject(value="p-1", format=PERSISTENT))
    again = mover.at(new, "import")
    assert again["made"] == {}
    assert again["already_there"] == {"organization": 1, "user": 2, "connection": 1, "binding": 1}
    assert new.container.organizations.get(idp.organization.id).active_admins == 1


@pytest.mark.parametrize("dies_after", range(4))
def test_an_import_that_was_killed_is_finished_by_the_next(
    dies_after: int, old: Deployment, new: Deployment, mover: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    written = new.container.table.write
    left = [dies_after]

    def dying(*writes: Write) -> None:
        if not left[0]:
            raise Unavailable(private="killed")
        left[0] -= 1
        written(*writes)

    with monkeypatch.context() as broken:
        broken.setattr(new.container.table, "write", dying)
        assert "killed" in mover.at(new, "import", status=1)["complaint"]
    mover.at(new, "import")
    _moved(idp, new).sign_in(subject=Subject(value="p-1", format=PERSISTENT))
    assert new.container.organizations.get(idp.organization.id).active_admins == 1


def test_a_customer_who_was_deleted_by_mistake_comes_back_from_the_last_export(old: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    while not old.container.organizations.delete(idp.organization.id, old.now):
        pass
    mover.at(old, "import")
    old.restart()
    old.later(hours=2)
    idp.jar.clear()
    old.container.cleanup.run(old.now, lambda: True)
    idp.deployment.clock[0] = idp.deployment.now - timedelta(hours=2)
    assert idp.sign_in(subject=Subject(value="p-1", format=PERSISTENT)).return_path == "/deep?x=1"


def test_a_rehearsal_changes_nothing_and_says_what_would_come(old: Deployment, new: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    rehearsed = mover.at(new, "import", "--dry-run")
    assert rehearsed["would_make"] == {"organization": 1, "user": 2, "connection": 1, "binding": 1}
    (organization,) = new.container.table.read(organization_lookup(idp.organization.id))
    assert organization is None


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_what_is_in_the_way_is_named_and_stays(
    dry_run: list[str], old: Deployment, new: Deployment, mover: Mover
) -> None:
    idp = _customer(old)
    other = old.organization("beta.test")
    old.user(other, "boss@beta.test")
    there = new.organization("acme.test")
    new.user(there, "boss@beta.test")
    mover.at(old, "export")
    refused = mover.at(new, "import", *dry_run, status=1)["data"]
    reasons = {(row["record"], row["reason"]) for row in refused}
    assert reasons == {
        ("organization", "Another organization has verified acme.test."),
        ("user", "Its organization was refused."),
        ("connection", "Its organization was refused."),
        ("binding", "Its organization was refused."),
        ("user", "boss@beta.test belongs to another user already."),
    }
    assert idp.organization.id in {row["id"] for row in refused}
    (owner,) = new.container.table.read(domain_lookup("acme.test"))
    assert owner == there.id


def test_what_was_changed_since_is_not_overwritten(old: Deployment, new: Deployment, mover: Mover) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    mover.at(new, "import")
    new.container.connections.change(
        new.container.connections.get(idp.organization.id, idp.connection.id),
        {"name": "Renamed"},
        idp.reload_connection().version,
        new.now,
    )
    (row,) = mover.at(new, "import", status=1)["data"]
    assert (row["record"], row["id"]) == ("connection", idp.connection.id)
    assert _moved(idp, new).reload_connection().name == "Renamed"


def test_at_another_address_customers_are_said_to_have_work(old: Deployment, mover: Mover) -> None:
    _customer(old)
    mover.at(old, "export")
    with new_deployment(base_url="https://elsewhere.example.test/api") as elsewhere:
        assert "must enter the new" in mover.at(elsewhere, "import")["addresses"]


def test_a_whole_page_and_one_more_go_along(old: Deployment, new: Deployment, mover: Mover) -> None:
    organization = old.organization()
    for number in range(101):
        old.user(organization, f"user{number}@acme.test")
    assert mover.at(old, "export")["users"] == 101
    assert mover.at(new, "import")["made"]["user"] == 101


def test_what_was_taken_in_is_in_the_audit_log_as_the_operators_doing(
    old: Deployment, new: Deployment, mover: Mover
) -> None:
    idp = _customer(old)
    mover.at(old, "export")
    mover.at(new, "import")
    lines, _ = new.container.audit_log.lines(idp.organization.id, AuditFilter(), new.now, after=None)
    events = [json.loads(line)["event"] for line in lines]
    assert {event["action"] for event in events} == {"organization.created", "user.created", "connection.created"}
    assert {event["actor"]["type"] for event in events} == {"operator"}

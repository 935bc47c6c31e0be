"""Changes and sign-ins leave events, whatever happens at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.audit_log.actor import ActorKind
from chalicelib.audit_log.model import Action
from chalicelib.connections.model import ConnectionStatus
from chalicelib.errors import Conflict, SsoError
from chalicelib.identifier import new_id
from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Organization, Plan
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import create_user
from tests.support.audit_log import actions, events, faults
from tests.support.deployment import Deployment
from tests.support.identity_provider import NOW as SAML_NOW
from tests.support.identity_provider import Description
from tests.support.round_trip import Idp, identity_provider
from tests.support.table_meter import Meter


def together(count: int, act: Callable[[int], Any]) -> list[object]:
    outcomes: list[object] = []

    def run(number: int) -> None:
        try:
            outcomes.append(act(number))
        except SsoError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _answers(idp: Idp, people: Sequence[User]) -> list[tuple[Description, str, dict[str, str]]]:
    found = []
    for person in people:
        idp.jar.clear()
        start = idp.start()
        found.append((idp.says(start, person.email), start.relay_state, dict(idp.jar)))
    return found


def _posted(idp: Idp, said: Description, relay_state: str, cookies: dict[str, str]) -> object:
    return idp.post(said, relay_state, cookies=cookies)


def _people(deployment: Deployment, acme: Organization, count: int) -> list[User]:
    """Users, stored in batches: so many transactions would take the embedded DynamoDB long."""
    table = deployment.container.table
    found = [
        User(
            id=new_id("usr", now=deployment.now),
            organization_id=acme.id,
            email=f"user{number}@acme.test",
            role=Role.MEMBER,
            status=UserStatus.ACTIVE,
            created_at=deployment.now,
        )
        for number in range(count)
    ]
    items: list[Any] = [
        {"PutRequest": {"Item": write.arguments["Item"]}} for user in found for write in create_user(user)
    ]
    for first in range(0, len(items), 25):
        table._client.batch_write_item(RequestItems={table._name: items[first : first + 25]})
    return found


class Overlapping:
    """DynamoDB at its worst: every transaction begins before the first one ends. Two with one item in common conflict.

    Nothing is written. Everything else goes to the embedded AWS, one call at a time.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
        self.begun: list[list[str]] = []
        self._all = threading.Barrier(count, timeout=120)
        self._lock, self._call = threading.Lock(), BaseClient._make_api_call  # type: ignore[attr-defined]
        monkeypatch.setattr(BaseClient, "_make_api_call", lambda *arguments: self._asked(*arguments))

    def _asked(self, client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation != "TransactWriteItems":
            with self._lock:
                return self._call(client, operation, arguments)
        keys = [_key(*item.values()) for item in arguments["TransactItems"]]
        self.begun.append(keys)
        self._all.wait()
        others = {key for other in self.begun if other is not keys for key in other}
        met = [{"Code": "TransactionConflict" if key in others else "None"} for key in keys]
        if any(key in others for key in keys):
            told = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": met}
            raise client.exceptions.TransactionCanceledException(told, operation)
        return {}


def _key(write: dict[str, Any]) -> str:
    key = write.get("Key") or write["Item"]
    return f"{key['pk']['S']} / {key['sk']['S']}"


def test_a_thousand_sign_ins_of_one_organization_at_once_have_no_item_in_common(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    idp = identity_provider(deployment, proven=True, last_sign_in_at=SAML_NOW)
    answers = _answers(idp, _people(deployment, idp.organization, 1000))
    overlapping = Overlapping(monkeypatch, 1000)
    outcomes = together(
        1000, lambda number: idp.post(answers[number][0], answers[number][1], cookies=answers[number][2])
    )
    assert [outcome for outcome in outcomes if not isinstance(outcome, SignedInByAssertion)] == []
    assert len(overlapping.begun) == 1000
    assert [sum(key.startswith("AUDIT#") for key in keys) for keys in overlapping.begun] == [1] * 1000


@pytest.mark.usefixtures("atomic_aws")
def test_forty_simultaneous_sign_ins_of_one_organization_all_succeed_and_leave_an_event_each(
    deployment: Deployment,
) -> None:
    idp = identity_provider(deployment, proven=True)
    people = _people(deployment, idp.organization, 40)
    answers = _answers(idp, people)
    outcomes = together(40, lambda number: _posted(idp, *answers[number]))
    assert [outcome for outcome in outcomes if not isinstance(outcome, SignedInByAssertion)] == []
    found = [e for e in events(deployment, idp.organization.id) if e.action is Action.SIGN_IN_SUCCEEDED]
    assert {event.actor.id for event in found} == {person.id for person in people}
    assert faults(deployment, idp.organization.id) == ()


def test_a_sign_in_reads_no_item_of_the_audit_log_and_writes_one(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    idp = identity_provider(deployment, proven=True)
    deployment.user(idp.organization, "member@acme.test")
    idp.sign_in()
    meter = Meter(monkeypatch)
    idp.sign_in()
    assert (meter.reads["AUDIT"], meter.units["AUDIT"]) == (0, 2)


def test_a_warm_sign_in_reads_and_writes_as_often_as_before(deployment: Deployment) -> None:
    idp = identity_provider(deployment, proven=True)
    deployment.user(idp.organization, "member@acme.test")
    idp.sign_in()
    start = idp.start()
    answer = idp.says(start)
    deployment.calls.clear()
    idp.post(answer, start.relay_state)
    assert deployment.calls == ["BatchGetItem", "TransactWriteItems"]


def test_a_refused_change_leaves_no_event(deployment: Deployment) -> None:
    acme = deployment.organization()
    users = deployment.container.users
    admin = users.create(organization_id=acme.id, email="admin@acme.test", role=Role.ADMIN, now=deployment.now)
    with pytest.raises(Conflict):
        users.delete(acme.id, admin.id, deployment.now)
    assert actions(deployment, acme.id) == ["user.created"]
    assert faults(deployment, acme.id) == ()


def test_a_user_changed_shows_what_differs_and_never_the_password(deployment: Deployment) -> None:
    acme = deployment.organization()
    users, now = deployment.container.users, deployment.now
    user = users.create(organization_id=acme.id, email="a@acme.test", password="battery horse staple", now=now)
    deployment.later(seconds=1)
    users.change(acme.id, user.id, {"name": "Ada", "password": "another horse staple"}, deployment.now)
    changed = events(deployment, acme.id)[-1]
    assert changed.before == {"name": None, "password": None}
    assert changed.after == {"name": "Ada", "password": "set"}
    assert changed.actor.kind is ActorKind.OPERATOR
    assert "argon2" not in str(events(deployment, acme.id))


def test_a_first_sign_in_tells_of_the_new_user_and_of_the_proof(deployment: Deployment) -> None:
    idp = identity_provider(deployment)
    idp.sign_in("new@acme.test")
    found = {event.action: event for event in events(deployment, idp.organization.id)}
    assert set(found) == {Action.USER_CREATED, Action.CONNECTION_PROVEN, Action.SIGN_IN_SUCCEEDED}
    assert found[Action.USER_CREATED].actor.id == idp.connection.id
    assert found[Action.SIGN_IN_SUCCEEDED].actor.id == found[Action.USER_CREATED].object_id
    after = found[Action.SIGN_IN_SUCCEEDED].after or {}
    assert (after["method"], after["email"], after["idp_initiated"]) == ("saml", "new@acme.test", False)


def _disable(deployment: Deployment, acme: Organization, connection_id: str) -> None:
    deployment.container.connections.disable(
        deployment.container.connections.get(acme.id, connection_id), deployment.now
    )


def _delete(deployment: Deployment, acme: Organization, connection_id: str) -> None:
    deployment.container.connections.delete(
        deployment.container.connections.get(acme.id, connection_id), 1, deployment.now
    )


def _move(deployment: Deployment, acme: Organization, connection_id: str) -> None:
    changes: Any = {"identity_provider_url": "https://other.acme.test/sso"}
    deployment.container.connections.change(
        deployment.container.connections.get(acme.id, connection_id), changes, 1, deployment.now
    )


@pytest.mark.parametrize("lose", [_disable, _delete, _move])
def test_every_loss_of_active_is_an_event_of_its_own(
    deployment: Deployment, lose: Callable[[Deployment, Organization, str], None]
) -> None:
    acme = deployment.organization()
    connection = deployment.connection(acme)
    assert connection.status is ConnectionStatus.ACTIVE
    lose(deployment, acme, connection.id)
    lost = [e for e in events(deployment, acme.id) if e.action is Action.CONNECTION_ACTIVE_LOST]
    assert [(event.object_id, event.before) for event in lost] == [(connection.id, {"status": "active"})]


def _downgrade(deployment: Deployment, acme: Organization) -> None:
    deployment.container.organizations.change(acme.id, {"plan": Plan.STANDARD}, deployment.now)


def _relax(deployment: Deployment, acme: Organization) -> None:
    organization = deployment.container.organizations.get(acme.id)
    deployment.container.login_policies.put(organization, LoginPolicy(Mode.OPTIONAL), deployment.now)


@pytest.mark.parametrize("lose", [_downgrade, _relax])
def test_every_loss_of_required_is_an_event_of_its_own(
    deployment: Deployment, lose: Callable[[Deployment, Organization], None]
) -> None:
    acme = deployment.organization()
    deployment.connection(acme)
    lose(deployment, acme)
    assert "login_policy.required_lost" in actions(deployment, acme.id)


def test_certificates_are_identified_by_their_fingerprints(deployment: Deployment) -> None:
    acme = deployment.organization()
    connection = deployment.connection(acme)
    deployment.container.connections.delete(
        deployment.container.connections.get(acme.id, connection.id), 1, deployment.now
    )
    deleted = next(e for e in events(deployment, acme.id) if e.action is Action.CONNECTION_DELETED)
    assert (deleted.before or {})["certificates"] == [facts.sha256 for facts in connection.certificates]


@pytest.mark.usefixtures("atomic_aws")
def test_changes_of_one_organization_at_once_are_all_kept(deployment: Deployment) -> None:
    acme = deployment.organization()
    users = deployment.container.users
    outcomes = together(
        20,
        lambda number: users.create(organization_id=acme.id, email=f"user{number}@acme.test", now=deployment.now).email,
    )
    assert sorted(map(str, outcomes)) == sorted(f"user{number}@acme.test" for number in range(20))
    assert actions(deployment, acme.id) == ["user.created"] * 20
    assert faults(deployment, acme.id) == ()

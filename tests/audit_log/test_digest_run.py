"""Digests of the audit log detect changes by an attacker with write access to the table but without the MAC key."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.audit_log import digest_run
from chalicelib.audit_log.fault import Fault, FaultKind
from chalicelib.audit_log.model import DEPLOYMENT
from chalicelib.audit_log.signature import text_hash
from chalicelib.errors import Unavailable
from chalicelib.organizations.model import Organization
from chalicelib.signing_keys.secrets import DeploymentKeysSecret
from tests.support.aws_faults import FAULTS, Killed, at_call, in_between
from tests.support.aws_faults import Fault as CallFault
from tests.support.deployment import Deployment, new_deployment

HOURS = 3
STAGE = "AUDITCHECKPOINTS"


@dataclass
class Logs:
    """Two organizations with an event each in every hour, and the table as an attacker sees it."""

    deployment: Deployment
    acme: Organization
    other: Organization

    def work(self, hours: int = 1) -> None:
        for _ in range(hours):
            for organization in (self.acme, self.other):
                self.add(organization)
            self.deployment.later(hours=1)
            self.digest()

    def add(self, organization: Organization) -> None:
        container, now = self.deployment.container, self.deployment.now
        number = len(self.items(organization.id))
        email = f"user{number}-{now:%d%H%M%S}@{organization.domains[0].domain}"
        container.users.create(organization_id=organization.id, email=email, now=now)

    def digest(self) -> int:
        return self.deployment.container.audit_digests.run(self.deployment.now, lambda: True)

    def faults(self, organization: Organization | None = None) -> set[tuple[str, str]]:
        found = self.deployment.container.audit_log.verify((organization or self.acme).id, self.deployment.now)
        return {(fault.kind.value, fault.place) for fault in found.finish()}

    def kinds(self, organization: Organization | None = None) -> set[str]:
        return {kind for kind, _ in self.faults(organization)}

    def items(self, partition: str, prefix: str = "") -> list[dict[str, Any]]:
        """Raw items, in the order of their keys."""
        pk = partition if partition == STAGE else f"AUDIT#{partition}"
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)" if prefix else "pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}} | ({":sk": {"S": prefix}} if prefix else {}),
        )
        return list(found["Items"])

    def put(self, item: dict[str, Any]) -> None:
        self._client.put_item(TableName=self._table, Item=item)

    def delete(self, *items: dict[str, Any]) -> None:
        for item in items:
            self._client.delete_item(TableName=self._table, Key={name: item[name] for name in ("pk", "sk")})

    @property
    def _client(self) -> Any:
        return self.deployment.container.table._client

    @property
    def _table(self) -> str:
        return self.deployment.container.settings.table_name


def _logs(deployment: Deployment) -> Logs:
    return Logs(deployment, deployment.organization(), deployment.organization("other.test"))


@pytest.fixture
def logs() -> Iterator[Logs]:
    with new_deployment() as made:
        found = _logs(made)
        found.work(HOURS)
        yield found


def test_an_unmodified_log_verifies_before_and_after_its_digest(logs: Logs) -> None:
    assert logs.faults() == set()
    logs.add(logs.acme)
    assert logs.faults() == set()
    logs.deployment.later(hours=1)
    assert logs.digest() == 1
    assert logs.faults() == logs.faults(logs.other) == set()


def test_a_quiet_hour_writes_nothing(logs: Logs) -> None:
    before = len(logs.items(STAGE))
    logs.deployment.later(hours=1)
    assert logs.digest() == 0
    assert len(logs.items(STAGE)) == before


def test_the_log_of_the_deployment_gets_digests_too(logs: Logs) -> None:
    logs.deployment.container.api_keys.create(name="ci", organization_id=None, now=logs.deployment.now)
    logs.deployment.later(hours=1)
    logs.digest()
    assert len(logs.items(DEPLOYMENT, "DIGEST#")) == 1


def test_a_late_event_goes_into_the_next_digest(logs: Logs) -> None:
    begun = logs.deployment.now
    logs.deployment.later(minutes=10)
    logs.digest()
    logs.add(logs.acme)
    logs.deployment.later(minutes=10)
    logs.digest()
    late: Any = {"organization_id": logs.acme.id, "email": "late@acme.test", "now": begun}
    logs.deployment.container.users.create(**late)
    assert logs.digest() == 1
    logs.deployment.later(hours=4)
    assert logs.faults() == set()
    assert "late@acme.test" in str(logs.items(logs.acme.id, "EVT#"))


def _alter_event(logs: Logs) -> set[str]:
    item = logs.items(logs.acme.id, "EVT#")[1]
    logs.put(item | {"event": {"S": item["event"]["S"].replace("user.created", "user.deleted")}})
    return {"altered"}


def _alter_event_and_hash(logs: Logs) -> set[str]:
    item = logs.items(logs.acme.id, "EVT#")[1]
    text = item["event"]["S"].replace("user.created", "user.deleted")
    logs.put(item | {"event": {"S": text}, "hash": {"S": text_hash(text)}})
    return {"not_ours"}


def _make_event_unreadable(logs: Logs) -> set[str]:
    logs.put(logs.items(logs.acme.id, "EVT#")[1] | {"event": {"N": "1"}})
    return {"altered"}


def _let_event_expire(logs: Logs) -> set[str]:
    logs.put(logs.items(logs.acme.id, "EVT#")[1] | {"expires_at": {"N": "1"}})
    return {"altered"}


def _delete_event(number: int) -> Callable[[Logs], set[str]]:
    def act(logs: Logs) -> set[str]:
        logs.delete(logs.items(logs.acme.id, "EVT#")[number])
        return {"missing"}

    return act


def _swap_events(logs: Logs) -> set[str]:
    first, second, *_ = logs.items(logs.acme.id, "EVT#")
    logs.put(first | {"sk": second["sk"]})
    logs.put(second | {"sk": first["sk"]})
    return {"misplaced"}


def _copy_event(logs: Logs) -> set[str]:
    first, *_, last = logs.items(logs.acme.id, "EVT#")
    tail = last["sk"]["S"][:-1] + ("0" if last["sk"]["S"][-1] != "0" else "1")
    logs.put(first | {"sk": {"S": tail}})
    return {"misplaced"}


def _move_event_from_other(logs: Logs) -> set[str]:
    item = logs.items(logs.other.id, "EVT#")[0]
    logs.put(item | {"pk": {"S": f"AUDIT#{logs.acme.id}"}})
    return {"misplaced"}


def _replace_log_by_other(logs: Logs) -> set[str]:
    logs.delete(*logs.items(logs.acme.id))
    for item in logs.items(logs.other.id):
        logs.put(item | {"pk": {"S": f"AUDIT#{logs.acme.id}"}})
    return {"misplaced"}


def _delete_digest(number: int) -> Callable[[Logs], set[str]]:
    def act(logs: Logs) -> set[str]:
        logs.delete(logs.items(logs.acme.id, "DIGEST#")[number])
        return {"missing"}

    return act


def _alter_digest(logs: Logs) -> set[str]:
    item, gone = logs.items(logs.acme.id, "DIGEST#")[1], logs.items(logs.acme.id, "EVT#")[1]
    logs.delete(gone)
    event_id = gone["sk"]["S"].removeprefix("EVT#")
    logs.put(item | {"record": {"S": item["record"]["S"].replace(f'"{event_id}"', "")}})
    return {"not_ours"}


def _make_digest_unreadable(logs: Logs) -> set[str]:
    logs.put(logs.items(logs.acme.id, "DIGEST#")[1] | {"record": {"S": "[]"}})
    return {"altered"}


def _swap_digests(logs: Logs) -> set[str]:
    first, second, *_ = logs.items(logs.acme.id, "DIGEST#")
    logs.put(first | {"sk": second["sk"]})
    logs.put(second | {"sk": first["sk"]})
    return {"misplaced"}


def _use_digest_of_other(logs: Logs) -> set[str]:
    item = logs.items(logs.other.id, "DIGEST#")[1]
    logs.put(item | {"pk": {"S": f"AUDIT#{logs.acme.id}"}})
    return {"misplaced"}


def _use_checkpoint_as_digest(logs: Logs) -> set[str]:
    item, digest = logs.items(STAGE)[0], logs.items(logs.acme.id, "DIGEST#")[0]
    logs.put(item | {"pk": digest["pk"], "sk": digest["sk"]})
    return {"altered"}


def _cut_the_tail(logs: Logs) -> set[str]:
    logs.delete(logs.items(logs.acme.id, "DIGEST#")[-1], logs.items(logs.acme.id, "EVT#")[-1])
    return {"missing"}


def _cut_the_beginning(logs: Logs) -> set[str]:
    logs.delete(logs.items(logs.acme.id, "DIGEST#")[0], logs.items(logs.acme.id, "EVT#")[0])
    return {"missing"}


def _cut_everything(logs: Logs) -> set[str]:
    logs.delete(*logs.items(logs.acme.id))
    return {"missing"}


def _cut_the_tail_with_its_checkpoint_in_the_middle(logs: Logs) -> set[str]:
    _cut_the_tail(logs)
    logs.delete(logs.items(STAGE)[-1])
    with contextlib.suppress(Unavailable):
        logs.work()
    return {"missing"}


def _delete_checkpoint(logs: Logs) -> set[str]:
    logs.delete(logs.items(STAGE)[1])
    return {"missing"}


def _alter_checkpoint(logs: Logs) -> set[str]:
    item = logs.items(STAGE)[1]
    logs.put(item | {"record": {"S": item["record"]["S"].replace(logs.acme.id, logs.other.id)}})
    return {"not_ours", "missing"}


def _swap_checkpoints(logs: Logs) -> set[str]:
    first, second, *_ = logs.items(STAGE)
    logs.put(first | {"sk": second["sk"]})
    logs.put(second | {"sk": first["sk"]})
    return {"misplaced"}


ATTACKS = [
    _alter_event,
    _alter_event_and_hash,
    _make_event_unreadable,
    _let_event_expire,
    *map(_delete_event, range(HOURS)),
    _swap_events,
    _copy_event,
    _move_event_from_other,
    _replace_log_by_other,
    *map(_delete_digest, range(HOURS)),
    _alter_digest,
    _make_digest_unreadable,
    _swap_digests,
    _use_digest_of_other,
    _use_checkpoint_as_digest,
    _cut_the_tail,
    _cut_the_beginning,
    _cut_everything,
    _cut_the_tail_with_its_checkpoint_in_the_middle,
    _delete_checkpoint,
    _alter_checkpoint,
    _swap_checkpoints,
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_change_of_the_table_is_noticed_at_once(logs: Logs, attack: Callable[[Logs], set[str]]) -> None:
    expected = attack(logs)
    assert expected <= logs.kinds()


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_change_of_the_table_stays_noticed_when_the_digests_go_on(
    logs: Logs, attack: Callable[[Logs], set[str]]
) -> None:
    attack(logs)
    logs.add(logs.acme)
    logs.deployment.later(hours=1)
    with contextlib.suppress(Unavailable):  # a changed record was found
        logs.digest()
    assert logs.faults() != set()


def test_a_tail_that_was_cut_off_with_the_checkpoints_is_noticed_by_the_other_organizations(logs: Logs) -> None:
    logs.delete(logs.items(logs.acme.id, "DIGEST#")[-1], logs.items(logs.acme.id, "EVT#")[-1], logs.items(STAGE)[-1])
    logs.deployment.later(hours=1)
    assert logs.faults() == set(), "a consistent older state of one organization"
    assert logs.faults(logs.other) == {("missing", f"checkpoint {HOURS}")}
    with pytest.raises(Unavailable):
        logs.work()
    logs.work()
    assert ("missing", f"checkpoint {HOURS}") in logs.faults() & logs.faults(logs.other)


def test_old_items_that_are_put_back_after_the_log_went_on_are_noticed(logs: Logs) -> None:
    old = [*logs.items(logs.acme.id)]
    logs.work(2)
    logs.delete(*logs.items(logs.acme.id))
    for item in old:
        logs.put(item)
    assert {("missing", "digest 4"), ("missing", "digest 5")} <= logs.faults()


def test_an_event_that_stands_in_no_digest_for_hours_is_noticed(logs: Logs) -> None:
    logs.add(logs.acme)
    event_id = logs.items(logs.acme.id, "EVT#")[-1]["sk"]["S"].removeprefix("EVT#")
    logs.deployment.later(hours=3, minutes=1)
    assert logs.faults() == {("unlisted", event_id)}


def test_a_deletion_before_the_digest_leaves_the_log_line_only(logs: Logs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="gatehouse")
    logs.add(logs.acme)
    item = logs.items(logs.acme.id, "EVT#")[-1]
    logs.delete(item)
    logs.deployment.later(hours=1)
    logs.digest()
    assert logs.faults() == set()
    event_id = item["sk"]["S"].removeprefix("EVT#")
    assert f"{logs.acme.id}/{event_id}/{item['hash']['S']}" in caplog.text


def test_what_is_over_is_not_missed_and_what_is_left_still_verifies(logs: Logs) -> None:
    deployment = logs.deployment
    deployment.later(days=400)
    logs.delete(*logs.items(logs.acme.id, "EVT#")[:1])
    deployment.later(hours=-2)
    logs.delete(*logs.items(logs.acme.id, "EVT#"))
    assert logs.faults() != set()
    deployment.later(hours=3)
    assert logs.faults() == set()
    deployment.later(days=1, hours=-3)
    logs.delete(logs.items(logs.acme.id, "DIGEST#")[0], logs.items(STAGE)[0])
    assert logs.faults() == set()
    logs.delete(logs.items(logs.acme.id, "DIGEST#")[0])
    assert logs.faults() != set()


def test_a_deleted_organization_gets_a_digest_of_its_last_events(logs: Logs) -> None:
    organizations = logs.deployment.container.organizations
    while not organizations.delete(logs.acme.id, logs.deployment.now):
        pass
    logs.deployment.later(hours=1)
    logs.digest()
    deleted = logs.items(logs.acme.id, "EVT#")[-1]["sk"]["S"].removeprefix("EVT#")
    assert deleted in logs.items(logs.acme.id, "DIGEST#")[-1]["record"]["S"]
    logs.deployment.later(hours=4)
    logs.digest()
    assert logs.items(logs.acme.id, "CLOSED") == []
    assert logs.faults() == set()


def test_more_events_than_a_digest_lists_make_several(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_run, "MAX_EVENTS", 3)
    monkeypatch.setattr(digest_run, "_EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(digest_run, "MAX_DIGESTS", 2)
    for _ in range(10):
        logs.add(logs.acme)
    logs.deployment.later(hours=1)
    assert logs.digest() == 4
    assert logs.faults() == logs.faults(logs.other) == set()
    logs.deployment.later(hours=4)
    assert logs.faults() == set()


def test_a_run_that_has_no_time_left_is_continued_by_the_next(logs: Logs) -> None:
    for organization in (logs.acme, logs.other):
        logs.add(organization)
    logs.deployment.later(hours=1)
    answers = iter([True, False])
    run = logs.deployment.container.audit_digests.run
    assert run(logs.deployment.now, lambda: next(answers)) == 1
    assert run(logs.deployment.now, lambda: True) == 1
    assert logs.faults() == logs.faults(logs.other) == set()
    assert logs.digest() == 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_run_that_fails_at_any_call_is_completed_by_the_next(fault: CallFault) -> None:
    number, struck = 0, True
    while struck:
        number += 1
        with new_deployment() as made:
            logs = _logs(made)
            logs.work()
            logs.add(logs.acme)
            logs.add(logs.other)
            made.later(hours=1)
            with at_call(made, number, fault) as calls, contextlib.suppress(Unavailable, Killed):
                logs.digest()
            struck = calls.struck is not None
            assert logs.faults() == logs.faults(logs.other) == set(), calls.struck
            logs.digest()
            made.later(hours=4)
            assert logs.faults() == logs.faults(logs.other) == set(), calls.struck
    assert number > 5


def test_two_runs_at_once_write_every_event_once(logs: Logs) -> None:
    number, struck = 0, True
    while struck:
        number += 1
        for organization in (logs.acme, logs.other):
            logs.add(organization)
        logs.deployment.later(hours=1)
        with in_between(logs.deployment, number, logs.digest) as calls:
            logs.digest()
        struck = calls.struck is not None
        logs.digest()
        logs.deployment.later(hours=4)
        assert logs.faults() == logs.faults(logs.other) == set(), calls.struck
    listed = "".join(item["record"]["S"] for item in logs.items(logs.acme.id, "DIGEST#"))
    for item in logs.items(logs.acme.id, "EVT#"):
        assert listed.count(item["sk"]["S"].removeprefix("EVT#")) == 1


def _changed_digest(logs: Logs) -> None:
    logs.put(logs.items(logs.acme.id, "DIGEST#")[-1] | {"mac": {"S": "0" * 64}})


def _changed_checkpoint(logs: Logs) -> None:
    logs.put(logs.items(STAGE)[-1] | {"mac": {"S": "0" * 64}})


@pytest.mark.parametrize("change", [_changed_digest, _changed_checkpoint])
def test_a_run_that_finds_a_changed_record_fails_and_does_not_build_on_it(
    logs: Logs, change: Callable[[Logs], None]
) -> None:
    change(logs)
    logs.add(logs.acme)
    logs.deployment.later(hours=1)
    with pytest.raises(Unavailable):
        logs.digest()
    assert len(logs.items(logs.acme.id, "DIGEST#")) == HOURS


def test_a_changed_digest_of_one_organization_keeps_no_other_from_its_own(logs: Logs) -> None:
    _changed_digest(logs)
    logs.add(logs.other)
    logs.deployment.later(hours=1)
    with pytest.raises(Unavailable):
        logs.digest()
    assert len(logs.items(logs.other.id, "DIGEST#")) == HOURS + 1


def test_digests_stay_ours_after_the_key_was_changed(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    rotation, keys = logs.deployment.container.key_rotation, logs.deployment.container.keys
    rotation.replace_compromised(audit_purpose(), logs.deployment.now)
    logs.work()
    assert logs.faults() == set()
    assert isinstance(keys, DeploymentKeysSecret)


def audit_purpose() -> Any:
    from chalicelib.signing_keys.rotation import KeyPurpose

    return KeyPurpose.AUDIT


def test_a_fault_names_its_place_once(logs: Logs) -> None:
    logs.delete(logs.items(logs.acme.id, "DIGEST#")[1])
    found = logs.deployment.container.audit_log.verify(logs.acme.id, logs.deployment.now).finish()
    assert found == (Fault(FaultKind.MISSING, "digest 2"),)

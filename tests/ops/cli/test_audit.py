"""The operator looks at audit logs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.audit_log.model import DEPLOYMENT
from chalicelib.errors import Unavailable
from chalicelib.organizations.model import Organization
from ops import __main__ as operator
from ops.__main__ import main
from tests.support.deployment import Deployment, new_deployment


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """The deployment that the commands speak to."""
    with new_deployment() as made:
        monkeypatch.setattr(operator, "current", lambda: made.container)
        yield made


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    """An organization with five events, made an hour ago."""
    made = deployment.organization()
    for number in range(5):
        deployment.container.users.create(organization_id=made.id, email=f"u{number}@acme.test", now=deployment.now)
        deployment.later(minutes=1)
    deployment.later(hours=1)
    return made


def test_a_whole_log_is_said_to_be_so(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "audit", "verify", "--organization", acme.id]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "organization": acme.id,
        "events": 5,
        "digest": None,
        "result": "whole",
        "faults": [],
    }


def test_a_log_whose_table_was_edited_is_reported_with_the_place(
    deployment: Deployment, acme: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    client, name = deployment.container.table._client, deployment.container.settings.table_name
    found = client.scan(TableName=name)["Items"]
    event = next(item for item in found if item["sk"]["S"].startswith("EVT#") and "u2@acme.test" in str(item))
    text = event["event"]["S"].replace("u2@acme.test", "nobody@acme.test")
    client.put_item(TableName=name, Item={**event, "event": {"S": text}})
    assert main(["audit", "verify", "--organization", acme.id, "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert faults == [{"fault": "altered", "place": json.loads(text)["id"]}]


def test_the_deployments_own_keys_are_in_a_log_of_their_own(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["key", "create"]) == 0
    capsys.readouterr()
    assert main(["--json", "audit", "verify", "--organization", DEPLOYMENT]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == 1


def test_an_export_holds_every_event_a_line_each(
    acme: Organization, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.jsonl"
    assert main(["--json", "audit", "export", "--organization", acme.id, "--output", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == 5
    events = [json.loads(line)["event"] for line in file.read_text().splitlines()]
    assert [event["after"]["email"] for event in events] == [f"u{number}@acme.test" for number in (4, 3, 2, 1, 0)]
    assert {event["actor"]["type"] for event in events} == {"operator"}


def test_an_export_is_a_new_file_that_only_its_owner_may_read(
    acme: Organization, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.jsonl"
    command = ["audit", "export", "--organization", acme.id, "--output", str(file)]
    assert main(command) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    assert main(command) == 1
    assert "is there already" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_an_export_that_broke_off_leaves_no_file_that_looks_whole(
    deployment: Deployment, acme: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, calls = type(deployment.container.audit_log).lines, []

    def breaking(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise Unavailable(private="throttled")
        return lines(*arguments, **named)[0], "evt_on"

    monkeypatch.setattr(type(deployment.container.audit_log), "lines", breaking)
    file = tmp_path / "log.jsonl"
    assert main(["audit", "export", "--organization", acme.id, "--output", str(file)]) == 1
    assert not file.exists()


@pytest.mark.parametrize("command", ["verify", "export"])
def test_a_mistyped_organization_is_not_a_whole_log(
    deployment: Deployment, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.jsonl"
    more = ["--output", str(file)] if command == "export" else []
    assert main(["audit", command, "--organization", "org_mistyped", *more]) == 1
    assert "no log of org_mistyped" in capsys.readouterr().err
    assert not file.exists()


def test_a_log_that_was_taken_away_as_a_whole_is_not_whole(
    deployment: Deployment, acme: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    client, name = deployment.container.table._client, deployment.container.settings.table_name
    for item in client.scan(TableName=name)["Items"]:
        if item["pk"]["S"] == f"AUDIT#{acme.id}":
            client.delete_item(TableName=name, Key={key: item[key] for key in ("pk", "sk")})
    assert main(["audit", "verify", "--organization", acme.id]) == 1
    assert "the whole log is gone" in capsys.readouterr().out


def test_a_whole_log_is_reported_with_its_newest_digest(
    deployment: Deployment, acme: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.container.audit_digests.run(deployment.now, lambda: True)
    assert main(["--json", "audit", "verify", "--organization", acme.id]) == 0
    told = json.loads(capsys.readouterr().out)
    number, _, digest = told["digest"].partition("/")
    assert (number, len(digest), told["faults"]) == ("1", 64, [])


def test_a_log_of_which_a_checkpoint_knows_is_missed_as_a_whole(
    deployment: Deployment, acme: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.container.audit_digests.run(deployment.now, lambda: True)
    client, name = deployment.container.table._client, deployment.container.settings.table_name
    for item in client.scan(TableName=name)["Items"]:
        if item["pk"]["S"] == f"AUDIT#{acme.id}":
            client.delete_item(TableName=name, Key={key: item[key] for key in ("pk", "sk")})
    deployment.later(days=1)
    assert main(["--json", "audit", "verify", "--organization", acme.id]) == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [{"fault": "missing", "place": "digest 1"}]


def test_a_deployment_in_which_no_key_was_ever_made_has_an_empty_log_that_is_whole(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json", "audit", "verify", "--organization", DEPLOYMENT]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == 0

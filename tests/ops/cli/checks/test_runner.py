from __future__ import annotations

import boto3
import pytest

from chalicelib.aws.dynamodb import Table
from chalicelib.errors import Unavailable
from ops import __main__ as operator
from ops.cli.checks.finding import Reply
from ops.cli.checks.runner import examine
from tests.ops.cli.checks.healthy import FakeDeployment
from tests.support.identity_provider import key


def test_a_healthy_deployment_has_nothing_but_good_findings(doctor: FakeDeployment) -> None:
    deployment, certificate = doctor.deployment, key("acme").certificate
    connection = deployment.connection(deployment.organization(), certificates=(certificate.facts,))
    deployment.container.certificates.save(connection, [certificate], deployment.now)
    found = doctor.findings()
    assert {outcome for rows in found.values() for outcome, _ in rows} == {"ok"}
    assert set(found) == {
        "settings", "address", "metadata", "table", "TTL", "point-in-time recovery", "our keys",
        "clock", "tolerances", "permissions", "certificates", "tests",
    }  # fmt: skip


def test_the_command_fails_if_a_check_failed_and_says_what_to_do(
    doctor: FakeDeployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = boto3.client("dynamodb", region_name="eu-west-1")
    monkeypatch.setattr(operator, "current", lambda: doctor.deployment.container)
    monkeypatch.setattr("ops.cli.checks.runner.boto3.client", lambda _: client)
    monkeypatch.setattr("ops.cli.checks.runner.reply_of", doctor.get)
    assert operator.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "not protected from deletion" in said
    assert "Switch deletion protection on" in said


def test_a_table_that_is_out_of_reach_is_found_by_every_check_that_needs_it(
    doctor: FakeDeployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> object:
        raise Unavailable(private="AccessDeniedException")

    monkeypatch.setattr(Table, "page", unreachable)
    outcomes = {check: [outcome for outcome, _ in rows] for check, rows in doctor.findings().items()}
    assert outcomes["connections"] == ["failed"]
    assert outcomes["permissions"] == ["failed"]
    assert outcomes["address"] == ["ok"]
    assert not {"metadata", "tolerances", "certificates", "tests"} & outcomes.keys()


def test_a_table_that_is_not_there_is_a_finding_and_no_end(doctor: FakeDeployment) -> None:
    client = boto3.client("dynamodb", region_name="us-east-2")
    rows = examine(doctor.deployment.container, client, lambda _: Reply(200, b'{"status":"ok"}', None)).rows
    assert [row["outcome"].value for row in rows if row["check"] == "table"] == ["failed"]
    assert "tests" in {row["check"] for row in rows}

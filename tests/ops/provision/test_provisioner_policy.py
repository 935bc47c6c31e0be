"""The provisioner's policy allows exactly the calls of a provisioning run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel

from ops.provision.provisioning import provision
from tests.ops.provision.account import STAGE, empty_account, same_account
from tests.ops.provision.drift import DRIFTS, KEYS

_POLICY = json.loads(Path("infrastructure/provisioner-policy.json").read_text())["Statement"]
_PREFIX = {"monitoring": "cloudwatch"}  # where IAM's name differs from the one that requests are signed for


def _noting(asked: set[str]) -> boto3.Session:
    session = same_account()

    def note(model: OperationModel, **_: Any) -> None:
        service = model.service_model.signing_name
        asked.add(f"{_PREFIX.get(service, service)}:{model.name}")

    session.events.register("before-call", note)
    return session


@pytest.mark.usefixtures("quick_keys")
def test_making_everything_and_putting_every_drift_right_takes_exactly_these_actions() -> None:
    asked: set[str] = set()
    with empty_account():
        provision(STAGE, _noting(asked), check=False)
        for drift, _ in DRIFTS:
            drift(same_account())
            provision(STAGE, _noting(asked), check=False)
    with empty_account() as session:
        session.client("secretsmanager").create_secret(Name=KEYS)
        provision(STAGE, _noting(asked), check=False)
    allowed = {action for statement in _POLICY for action in statement["Action"]}
    assert asked - {"sts:GetCallerIdentity"} == allowed  # which needs no permission


def test_it_names_the_stage_wherever_aws_allows_that() -> None:
    for statement in _POLICY:
        if statement["Action"] != ["logs:DescribeLogGroups"]:
            assert all("gatehouse" in each and "${stage}" in each for each in statement["Resource"])


def test_it_reads_no_secret() -> None:
    assert "GetSecretValue" not in json.dumps(_POLICY)

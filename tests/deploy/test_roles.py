"""Roles have no region, so a stage is in one region of an account at a time."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3
import pytest

from tests.deploy.account import may_call, new_api, new_function, rest_apis
from tests.deploy.conftest import Checkout, Snapshot
from tests.support.aws_emulator.aws_server import AwsServer

Clone = Callable[[], Checkout]
ROLE = "gatehouse-dev-api_handler"


@pytest.fixture
def elsewhere(aws: AwsServer) -> None:
    """The stage's function in this account has its table in another region."""
    new_function("gatehouse-dev", {}, role=ROLE, tags={"aws-chalice": "version=1.34.0:stage=dev:app=gatehouse"})
    table = "arn:aws:dynamodb:eu-central-1:123456789012:table/gatehouse-dev"
    statement = {"Effect": "Allow", "Action": ["dynamodb:Query"], "Resource": [table]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    boto3.client("iam").put_role_policy(RoleName=ROLE, PolicyName=ROLE, PolicyDocument=document)


@pytest.mark.usefixtures("elsewhere")
def test_the_wrong_region_takes_no_rights_from_the_stage_where_it_is(
    aws: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy() == 1
    said = capsys.readouterr()
    assert "Stage 'dev' of this account is in eu-central-1" in said.err
    assert "Next: Set AWS_REGION to that region" in said.err
    assert "provision: " not in said.out
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []

    aws.break_rest_apis()
    assert clone().deploy("--take-roles") == 1
    assert "told to fail here" in capsys.readouterr().err


@pytest.mark.usefixtures("elsewhere")
def test_deleting_where_the_stage_was_leaves_the_roles_that_serve_it_elsewhere(clone: Clone) -> None:
    may_call("gatehouse-dev", new_api())
    assert clone().deploy("--delete", "--confirm", "dev") == 0
    assert (Snapshot.now().functions, Snapshot.now().roles, rest_apis()) == ({}, [ROLE], [])

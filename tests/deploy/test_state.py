"""Chalice's note, written from the account, names what is the stage's and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops.deploy.deployment import Deployment
from ops.deploy.parts import standard_parts
from ops.deploy.stage import Stage
from ops.deploy.state import deployed_resources, write_state
from tests.deploy.account import new_api, new_function
from tests.support.aws_emulator.aws_server import REGION, AwsServer

PROD = Stage("prod", "gatehouse", "api", "REGIONAL", {}, None)
HOST = "sso.acme.io"


def _tags(stage: str) -> dict[str, str]:
    return {"aws-chalice": f"version=1.34.0:stage={stage}:app=gatehouse"}


def _note(folder: Path, stage: Stage = PROD, api: str = "abc") -> list[dict[str, Any]]:
    deployment = Deployment(folder, stage, boto3.Session(), standard_parts(), region=REGION, rest_api=api)
    found: list[dict[str, Any]] = json.loads(
        write_state(deployment, folder, deployed_resources(deployment)).read_text()
    )["resources"]
    return found


def _schedule(name: str, function: str) -> None:
    events = boto3.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": function}])


@pytest.mark.usefixtures("aws")
def test_a_stage_whose_name_begins_like_another_is_left_out(tmp_path: Path) -> None:
    ours = new_function("gatehouse-prod-daily", {}, role="gatehouse-prod-daily", tags=_tags("prod"))
    theirs = new_function("gatehouse-prod-eu-daily", {}, role="gatehouse-prod-eu-daily", tags=_tags("prod-eu"))
    _schedule("gatehouse-prod-daily-event", ours)
    _schedule("gatehouse-prod-eu-daily-event", theirs)
    assert [found["name"] for found in _note(tmp_path)] == ["daily_role", "daily", "daily-event", "rest_api"]


@pytest.mark.usefixtures("aws")
def test_a_role_that_is_shared_stands_there_once(tmp_path: Path) -> None:
    arn = new_function("gatehouse-prod", {}, role="gatehouse-prod", tags=_tags("prod"))
    role = boto3.client("iam").get_role(RoleName="gatehouse-prod")["Role"]["Arn"]
    new_function("gatehouse-prod-daily", {}, role="other", tags=_tags("prod"))
    boto3.client("lambda").update_function_configuration(FunctionName="gatehouse-prod-daily", Role=role)
    found = _note(tmp_path)
    assert [one["name"] for one in found] == ["default-role", "api_handler", "daily", "rest_api"]
    assert found[1]["lambda_arn"] == arn


@pytest.mark.usefixtures("aws")
def test_of_a_custom_domain_only_our_own_mapping_is_named(tmp_path: Path) -> None:
    client, ours, theirs = boto3.client("apigateway"), new_api(), new_api()
    stage = replace(PROD, custom_domain=HOST)
    assert [one["name"] for one in _note(tmp_path, stage, ours)] == ["rest_api"]
    client.create_domain_name(domainName=HOST, regionalCertificateName="x", regionalCertificateArn="arn:aws:acm:x")
    for api, path in ((ours, "(none)"), (theirs, "shop")):
        client.create_base_path_mapping(domainName=HOST, restApiId=api, basePath=path)
    (_, domain) = _note(tmp_path, stage, ours)
    assert domain["domain_name"] == HOST
    assert domain["certificate_arn"] == "arn:aws:acm:x"
    assert domain["api_mapping"] == [{"key": "/"}]


@pytest.mark.usefixtures("aws")
def test_an_empty_account_has_the_api_alone(tmp_path: Path, aws: AwsServer) -> None:
    (only,) = _note(tmp_path)
    assert only["rest_api_url"] == "https://abc.execute-api.eu-west-1.amazonaws.com/api/"

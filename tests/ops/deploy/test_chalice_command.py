"""Chalice's output is parsed, because its exit status does not report every failure; its calls are completed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops.deploy.chalice_additions import add
from ops.deploy.chalice_command import chalice_deploy
from ops.deploy.deployment import Deployment, DeploySteps
from ops.deploy_error import DeployError
from ops.stage import Stage

STAGE = Stage("prod", "gatehouse", "api", "REGIONAL", {})
_SCRIPT = """#!/bin/sh
env | sort > seen
echo "$@" >> seen
{}
"""
ADDITIONS: dict[str, Any] = {
    "title": "gatehouse-prod",
    "definition": {"x-amazon-apigateway-gateway-responses": {"THROTTLED": {"statusCode": "429"}}},
    "disabled_rules": ["gatehouse-prod-rotate_keys-event"],
}


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """With a workspace, and a place for a stand-in for Python."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr("ops.deploy.chalice_command.additions", lambda _: ADDITIONS)
    steps = DeploySteps(lambda project, stage: project)
    made = Deployment(tmp_path, STAGE, boto3.Session(), steps, region="eu-west-1", say=lambda _: None)
    made.workspace.mkdir(parents=True)
    return made


def _chalice(deployment: Deployment, commands: str) -> None:
    script = deployment.project / "python"
    script.write_text(_SCRIPT.format(commands))
    script.chmod(0o700)


def _seen(deployment: Deployment) -> str:
    return (deployment.workspace / "seen").read_text()


def test_it_runs_in_the_workspace_without_leaving_bytecode_in_the_package(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEHOUSE_BASE_URL", "https://of.the.operator")
    _chalice(deployment, "echo Reusing existing deployment package.")
    chalice_deploy(deployment)
    assert "PYTHONDONTWRITEBYTECODE=1\n" in _seen(deployment)
    assert "AWS_REGION=eu-west-1\n" in _seen(deployment)
    assert "GATEHOUSE_BASE_URL" not in _seen(deployment)
    assert _seen(deployment).endswith("deploy --stage prod\n")


def test_a_package_without_its_modules_is_a_failure(deployment: Deployment) -> None:
    _chalice(deployment, "echo Could not install dependencies:; echo Reusing existing deployment package.; exit 0")
    with pytest.raises(DeployError, match="lacks modules"):
        chalice_deploy(deployment)


def test_a_package_of_chalices_own_is_a_failure(deployment: Deployment) -> None:
    _chalice(deployment, "echo Creating deployment package.")
    with pytest.raises(DeployError, match="of its own"):
        chalice_deploy(deployment)


def test_a_failure_is_reported_in_its_last_words(deployment: Deployment) -> None:
    said: list[str] = []
    deployment.say = said.append
    _chalice(deployment, "echo Creating; echo 'AccessDenied: no' >&2; echo; exit 2")
    with pytest.raises(DeployError, match=r"`chalice deploy --stage prod` failed: AccessDenied: no") as stopped:
        chalice_deploy(deployment)
    assert said[:2] == ["Creating", "AccessDenied: no"]
    assert "repeat" in json.dumps(stopped.value.remedy)


def _completed(operation: str, **params: Any) -> dict[str, Any]:
    add(ADDITIONS, params, operation)
    return params


def test_the_definition_of_the_api_gets_its_gateway_responses_and_the_stages_name() -> None:
    ours = {"info": {"title": "gatehouse", "version": "1.0"}, "paths": {"/": {}}}
    definition = json.loads(_completed("PutRestApi", restApiId="a", body=json.dumps(ours))["body"])
    assert definition == {**ours, "info": {"title": "gatehouse-prod", "version": "1.0"}, **ADDITIONS["definition"]}


def test_a_disabled_schedule_stays_disabled_and_no_other_is() -> None:
    assert _completed("PutRule", Name="gatehouse-prod-rotate_keys-event")["State"] == "DISABLED"
    assert "State" not in _completed("PutRule", Name="gatehouse-prod-cleanup_orphans-event")


def test_tracing_is_switched_on_if_configured_and_never_off() -> None:
    assert "tracingEnabled" not in _completed("CreateDeployment", restApiId="a", tracingEnabled=False)
    assert _completed("CreateDeployment", restApiId="a", tracingEnabled=True)["tracingEnabled"] is True


def test_other_calls_are_left_as_they_are() -> None:
    assert _completed("CreateFunction", FunctionName="a") == {"FunctionName": "a"}

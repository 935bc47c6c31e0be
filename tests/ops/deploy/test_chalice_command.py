"""Chalice's output is parsed, because its exit status does not report every failure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import boto3
import pytest

from ops.deploy.chalice_command import chalice_delete, chalice_deploy
from ops.deploy.deploy_error import DeployError
from ops.deploy.deployment import Deployment
from ops.deploy.parts import standard_parts
from ops.deploy.stage import Stage

STAGE = Stage("prod", "gatehouse", "api", "REGIONAL", {}, None)
_SCRIPT = """#!/bin/sh
env | sort > seen
echo "$@" >> seen
{}
"""


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """With a workspace, and a place for a stand-in for Chalice."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    made = Deployment(tmp_path, STAGE, boto3.Session(), standard_parts(), region="eu-west-1", say=lambda _: None)
    made.workspace.mkdir(parents=True)
    return made


def _chalice(deployment: Deployment, commands: str) -> None:
    script = deployment.project / "chalice"
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
    with pytest.raises(DeployError, match=r"`chalice delete --stage prod` failed: AccessDenied: no") as stopped:
        chalice_delete(deployment)
    assert said[:2] == ["Creating", "AccessDenied: no"]
    assert "repeat" in json.dumps(stopped.value.remedy)

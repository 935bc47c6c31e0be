"""A bare `chalice deploy` after `make provision`, and deployments that meet each other or a failing package."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3
import pytest

from ops.deploy.fetch import Answer
from ops.deploy_error import DeployError
from ops.package.build import QUIET
from tests.deploy.account import rest_apis
from tests.deploy.conftest import Checkout, Snapshot, build
from tests.support.aws_emulator.aws_server import OTHER, AwsServer
from tools.ci.deployed_stage import DeployedStage

Clone = Callable[[], Checkout]


@pytest.mark.usefixtures("aws")
def test_a_bare_chalice_deploy_goes_to_the_address_that_provisioning_made(clone: Clone) -> None:
    checkout = clone()
    assert checkout.provision() == 0
    (api,) = rest_apis()
    build(checkout.folder, "dev")
    command = [str(Path(sys.executable).with_name("chalice")), "deploy", "--stage", "dev"]
    done = subprocess.run(command, cwd=checkout.folder, env={**os.environ, **QUIET}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"https://{api}.execute-api.eu-west-1.amazonaws.com/api/" in done.stdout
    bare = Snapshot.now()
    assert bare.apis == [] or bare.apis == [api]
    assert rest_apis() == [api]
    assert bare.url == f"https://{api}.execute-api.eu-west-1.amazonaws.com/api"
    assert {each["Role"].rpartition("/")[2] for each in bare.functions.values()} == set(bare.roles)

    assert clone().deploy() == 0
    careful = Snapshot.now()
    assert (careful.url, careful.apis, careful.roles) == (bare.url, [api], bare.roles)


@pytest.mark.usefixtures("provisioned")
def test_of_two_deployments_at_once_the_one_that_was_overtaken_claims_no_success(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = clone(), clone()
    second.change()
    ended: list[int] = []

    def fetch(method: str, url: str, headers: Mapping[str, str]) -> Answer:
        if not ended:
            ended.append(-1)
            ended[0] = second.deploy()
        return DeployedStage(boto3.Session(OTHER, OTHER), "gatehouse-dev").fetch(method, url, headers)

    first.fetch = fetch
    assert first.deploy() == 1
    assert "Someone else deployed at the same time" in capsys.readouterr().err
    assert ended == [0]


def test_without_a_package_nothing_in_the_account_is_changed(
    provisioned: AwsServer, clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(project: Path, stage: str) -> Path:
        raise DeployError("There is no package: the index can't be reached.", "Try again.")

    checkout = clone()
    checkout.build = unreachable
    assert checkout.deploy() == 1
    assert "the index can't be reached" in capsys.readouterr().err
    reading = ("Get", "Describe", "List")
    assert all(method == "GET" or action.startswith(reading) for _, method, _, action in provisioned.calls())


@pytest.mark.usefixtures("provisioned")
def test_a_stage_that_moved_to_another_region_gets_that_regions_roles(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = clone()
    assert checkout.provision() == 0
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-central-1")
    checkout.configure("dev", environment_variables={"GATEHOUSE_STAGE": "dev", "GATEHOUSE_BASE_URL": "auto"})
    assert checkout.provision() == 0
    roles = [each["iam_role_arn"] for each in checkout.configuration("dev")["lambda_functions"].values()]
    assert len(roles) == 5
    assert all("-eu-central-1-" in role for role in roles)

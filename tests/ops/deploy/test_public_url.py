"""The public address is settled before a deployment, and confirmed with every function's package after it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from ops.deploy.deployment import Deployment, DeployOptions, DeploySteps
from ops.deploy.live_function import LiveFunction
from ops.deploy.public_url import confirm_deployment, settle_public_url
from ops.deploy_error import DeployError
from ops.stage import BASE_URL, Stage

URL = "https://sso.acme.io"
INVOKE_URL = "https://a1b2.execute-api.eusc-de-east-1.amazonaws.eu/api"
FUNCTION = LiveFunction("python3.12", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", URL, None, {})
CODE_OF_NOTHING = base64.b64encode(hashlib.sha256().digest()).decode()
"""The SHA-256 of no bytes, as Lambda gives it."""


def _deployment(before: str | None, configured: str = f"{URL}/", **wishes: Any) -> Deployment:
    stage = Stage("prod", "gatehouse", "api", "REGIONAL", {BASE_URL: configured})
    return Deployment(
        Path(),
        stage,
        boto3.Session(),
        DeploySteps(lambda project, stage: project),
        DeployOptions(**wishes),
        outputs={"RestApi": "a1b2", "InvokeUrl": INVOKE_URL},
        live={} if before is None else {"api_handler": replace(FUNCTION, base_url=before)},
    )


@pytest.mark.parametrize("before", [None, URL])
def test_a_first_address_and_the_same_again_are_taken(before: str | None) -> None:
    deployment = _deployment(before)
    settle_public_url(deployment)
    assert deployment.base_url == URL


def test_the_gateways_own_address_is_the_stacks_in_every_partition() -> None:
    deployment = _deployment(None, configured="auto")
    settle_public_url(deployment)
    assert deployment.base_url == INVOKE_URL


@pytest.mark.parametrize("partition", ["amazonaws.eu", "amazonaws.com", "amazonaws.com.cn"])
def test_an_address_of_another_api_is_refused(partition: str) -> None:
    with pytest.raises(DeployError, match="is an address of API Gateway's"):
        settle_public_url(_deployment(None, base_url=f"https://other.execute-api.eusc-de-east-1.{partition}/api"))


def test_another_address_is_taken_only_if_the_change_is_confirmed() -> None:
    with pytest.raises(DeployError, match=r"would change from https://old\.acme\.io") as stopped:
        settle_public_url(_deployment("https://old.acme.io"))
    assert "--change-url" in stopped.value.remedy
    settle_public_url(_deployment("https://old.acme.io", change_url=True))


@pytest.mark.parametrize(
    "theirs", [{"code": FUNCTION.code}, {"base_url": "https://other.acme.io"}], ids=["code", "address"]
)
def test_a_deployment_that_another_one_overtook_claims_no_success(
    monkeypatch: pytest.MonkeyPatch, theirs: dict[str, Any]
) -> None:
    ours = replace(FUNCTION, code=CODE_OF_NOTHING)
    found = {"api_handler": ours, "rotate_keys": replace(ours, **theirs)}
    monkeypatch.setattr("ops.deploy.public_url.live_functions", lambda _: found)
    deployment = _deployment(URL)
    deployment.base_url = URL
    with pytest.raises(DeployError, match="rotate_keys has another package") as stopped:
        confirm_deployment(deployment)
    assert "Someone else deployed at the same time" in stopped.value.remedy
    found["rotate_keys"] = ours
    confirm_deployment(deployment)

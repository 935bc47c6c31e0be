"""Settings that operators make by hand in the account outlive every deployment."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from ops.provision.functions import FUNCTIONS
from tests.deploy.account import new_role, rest_apis
from tests.deploy.conftest import Checkout, Snapshot

Clone = Callable[[], Checkout]
RULE = "gatehouse-dev-rotate_keys-event"


def _concurrency(function: str) -> int | None:
    found = boto3.client("lambda").get_function_concurrency(FunctionName=function)
    return found.get("ReservedConcurrentExecutions")


@pytest.mark.usefixtures("provisioned")
def test_a_stopped_stage_stays_stopped_with_its_tags_and_disabled_schedules(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clone().deploy() == 0
    client, events = boto3.client("lambda"), boto3.client("events")
    client.put_function_concurrency(FunctionName="gatehouse-dev", ReservedConcurrentExecutions=0)
    client.put_function_concurrency(FunctionName="gatehouse-dev-rotate_keys", ReservedConcurrentExecutions=3)
    arn = client.get_function(FunctionName="gatehouse-dev")["Configuration"]["FunctionArn"]
    client.tag_resource(Resource=arn, Tags={"CostCenter": "42"})
    events.disable_rule(Name=RULE)
    boto3.client("apigateway").update_rest_api(
        restApiId=rest_apis()[0],
        patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}],
    )
    capsys.readouterr()

    checkout = clone()
    checkout.change()
    assert checkout.deploy() == 0
    said = capsys.readouterr().out
    assert "The stage is stopped: its reserved concurrency is 0. It stays so." in said
    assert "Not tried: the stage is stopped." in said
    assert (_concurrency("gatehouse-dev"), _concurrency("gatehouse-dev-rotate_keys")) == (0, 3)
    assert _concurrency("gatehouse-dev-cleanup_orphans") is None
    tags = client.list_tags(Resource=arn)["Tags"]
    assert tags["CostCenter"] == "42"
    assert tags["aws-chalice"].endswith("stage=dev:app=gatehouse")
    states = {rule["Name"]: rule["State"] for rule in events.list_rules()["Rules"]}
    assert states.pop(RULE) == "DISABLED"
    assert set(states.values()) == {"ENABLED"}
    api = boto3.client("apigateway").get_rest_api(restApiId=rest_apis()[0])
    assert api["disableExecuteApiEndpoint"] is True


@pytest.mark.usefixtures("provisioned")
def test_the_configuration_sets_concurrency_tags_and_the_apis_throttling(clone: Clone) -> None:
    checkout = clone()
    checkout.configure(
        "dev",
        reserved_concurrency=7,
        tags={"Team": "sso"},
        api_gateway_throttling={"rate_limit": 200, "burst_limit": 400},
    )
    assert checkout.deploy() == 0
    assert _concurrency("gatehouse-dev") == 7
    arn = boto3.client("lambda").get_function(FunctionName="gatehouse-dev")["Configuration"]["FunctionArn"]
    assert boto3.client("lambda").list_tags(Resource=arn)["Tags"]["Team"] == "sso"
    stage = boto3.client("apigateway").get_stage(restApiId=rest_apis()[0], stageName="api")
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 200
    assert stage["methodSettings"]["*/*"]["throttlingBurstLimit"] == 400


@pytest.mark.usefixtures("provisioned")
def test_roles_of_a_companys_own_are_used_and_outlive_two_deployments_and_a_deletion(clone: Clone) -> None:
    own = new_role("company-managed")
    roles = Snapshot.now().roles
    checkout = clone()
    checkout.configure("dev", manage_iam_role=False, iam_role_arn=own)
    for _ in range(2):
        assert checkout.deploy() == 0
        checkout.change()
        assert {each["Role"] for each in Snapshot.now().functions.values()} == {own}
    assert checkout.deploy("--delete", "--confirm", "dev") == 0
    assert boto3.client("iam").get_role(RoleName="company-managed")["Role"]["Arn"] == own
    assert Snapshot.now().roles == roles


@pytest.mark.usefixtures("provisioned")
def test_another_runtime_is_deployed_only_if_asked_for(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert clone().deploy() == 0
    ours = Snapshot.now().functions["gatehouse-dev"]["Runtime"]
    other = "python3.13" if ours != "python3.13" else "python3.12"
    for function in FUNCTIONS:
        boto3.client("lambda").update_function_configuration(
            FunctionName=function.name("gatehouse-dev"),
            Runtime=other,  # type: ignore[arg-type]
        )
    capsys.readouterr()
    assert clone().deploy() == 1
    said = capsys.readouterr()
    assert f"The functions run on {other}, and this environment is {ours}." in said.err
    assert "[2/6]" not in said.out
    assert Snapshot.now().functions["gatehouse-dev"]["Runtime"] == other
    assert clone().deploy("--change-runtime") == 0
    assert Snapshot.now().functions["gatehouse-dev"]["Runtime"] == ours

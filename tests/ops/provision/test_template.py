"""The data plane's template: which resources are kept, and the rights of the functions and of a deployer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from ops.provision.functions import FUNCTIONS
from ops.provision.template import FILE, HOLDS_DATA, load
from ops.stage import stage_of
from tests.support.cloudformation import Resolved

LARGEST: Final = 51_200
"""Bytes of a template that is given in the call itself (CloudFormation's quotas)."""
LARGEST_POLICY: Final = 6_144
"""Characters of a managed policy, white space not counted (IAM's quotas)."""
DEV: Final = Resolved("dev", CustomDomain="sso.acme.io")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements() -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = DEV.properties("DeploymentPolicy")["PolicyDocument"]["Statement"]
    return statements


def _allowed(action: str, resource: str) -> bool:
    return any(
        action in _listed(each["Action"]) and any(fnmatchcase(resource, known) for known in _listed(each["Resource"]))
        for each in _statements()
    )


def test_the_template_can_be_given_in_the_call() -> None:
    assert FILE.stat().st_size < LARGEST


def test_what_holds_data_outlives_the_stack_and_any_replacement() -> None:
    kept = [each for each in load()["Resources"].values() if each["Type"] in HOLDS_DATA]
    assert len(kept) == 3 + len(FUNCTIONS)
    assert {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in kept} == {("Retain", "Retain")}


def test_the_table_is_protected() -> None:
    table = DEV.properties("Table")
    assert table["DeletionProtectionEnabled"]
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_every_function_has_a_log_group_and_a_role_that_is_an_output() -> None:
    groups = {each["LogGroupName"] for each in DEV.of_type("AWS::Logs::LogGroup").values()}
    assert groups == {f"/aws/lambda/{each.name('gatehouse-dev')}" for each in FUNCTIONS}
    assert {each.role_output for each in FUNCTIONS} <= load()["Outputs"].keys()


def test_names_of_roles_fit_into_iam_in_every_region() -> None:
    longest = "a" * 20
    for role in Resolved(longest).of_type("AWS::IAM::Role").values():
        assert len(role["RoleName"].replace("eu-west-1", "ap-southeast-1")) <= 64


@pytest.mark.parametrize("name", load()["Resources"])
def test_a_boundary_and_a_path_apply_to_every_role(name: str) -> None:
    boundary = "arn:aws:iam::111122223333:policy/boundary"
    roles = Resolved("dev", PermissionsBoundary=boundary, RolePath="/apps/").of_type("AWS::IAM::Role")
    if name in roles:
        assert (roles[name]["PermissionsBoundary"], roles[name]["Path"]) == (boundary, "/apps/")
    assert all("PermissionsBoundary" not in role for role in Resolved("dev").of_type("AWS::IAM::Role").values())


def _resources(policies: dict[str, dict[str, Any]]) -> Iterator[str]:
    for policy in policies.values():
        for statement in policy["Statement"]:
            yield from _listed(statement["Resource"])


def test_every_right_of_a_function_is_of_this_stage_account_and_region() -> None:
    for resource in _resources(DEV.policies()):
        assert ":eu-west-1:111122223333:" in resource
        assert re.search(r"gatehouse[-/]dev(?![a-z0-9])", resource)
        assert not fnmatchcase(resource.replace("dev", "dev-eu"), resource)


def test_functions_may_read_our_keys_and_nothing_that_only_begins_like_them() -> None:
    keys = [each for each in _resources(DEV.policies()) if "/keys-" in each]
    assert keys
    assert all(fnmatchcase(each.replace("??????", "AbCdEf"), each) for each in keys)
    assert not any(fnmatchcase(each.replace("??????", "of-another-AbCdEf"), each) for each in keys)


def test_the_deployment_policy_fits_into_iam() -> None:
    policy = Resolved("a" * 20, CustomDomain=f"{'a' * 40}.example.org").properties("DeploymentPolicy")
    assert len(re.sub(r"\s", "", json.dumps(policy["PolicyDocument"]))) <= LARGEST_POLICY


def test_a_deployer_may_make_and_change_no_role_and_pass_only_the_functions_to_lambda() -> None:
    iam = [(action, each) for each in _statements() for action in _listed(each["Action"]) if action.startswith("iam:")]
    assert {action for action, _ in iam} == {"iam:PassRole", "iam:CreateServiceLinkedRole"}
    passing = dict(iam)["iam:PassRole"]
    roles = [f"arn:aws:iam::111122223333:role/gatehouse-dev-eu-west-1-{each.handler}" for each in FUNCTIONS]
    assert passing["Resource"] == roles
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


def test_a_deployer_may_touch_no_data_and_read_no_secret() -> None:
    services = {action.partition(":")[0] for each in _statements() for action in _listed(each["Action"])}
    assert services == {"apigateway", "cloudformation", "events", "iam", "lambda"}
    changing = [action for action in _listed(_statements()[-2]["Action"]) if action.startswith("cloudformation:")]
    assert changing == ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"]


@pytest.mark.parametrize("other", ["prod", "dev-eu", "de"])
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:111122223333:function:gatehouse-{}"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:111122223333:function:gatehouse-{}-rotate_keys"),
        ("events:PutRule", "arn:aws:events:eu-west-1:111122223333:rule/gatehouse-{}-rotate_keys-event"),
        ("apigateway:PUT", "arn:aws:apigateway:eu-west-1::/restapis/api-of-{}"),
        ("apigateway:POST", "arn:aws:apigateway:eu-west-1::/restapis/api-of-{}/deployments"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/gatehouse-{}-eu-west-1-api_handler"),
    ],
)
def test_a_deployer_of_one_stage_may_not_touch_another(other: str, action: str, resource: str) -> None:
    assert _allowed(action, resource.format("dev"))
    assert not _allowed(action, resource.format(other))


def test_a_deployer_may_not_delete_the_address() -> None:
    api = "arn:aws:apigateway:eu-west-1::/restapis/api-of-dev"
    assert _allowed("apigateway:DELETE", f"{api}/stages/api")
    assert not _allowed("apigateway:DELETE", api)
    assert not _allowed("apigateway:PATCH", "arn:aws:apigateway:eu-west-1::/domainnames/shop.acme.io")


def test_a_stage_without_a_custom_domain_gives_no_right_to_any() -> None:
    statements = Resolved("dev").properties("DeploymentPolicy")["PolicyDocument"]["Statement"]
    assert "domainnames" not in json.dumps(statements)
    assert "CreateServiceLinkedRole" not in json.dumps(statements)


def test_the_first_custom_domain_of_an_account_can_be_made() -> None:
    (statement,) = [each for each in _statements() if each["Action"] == "iam:CreateServiceLinkedRole"]
    assert statement["Resource"].endswith("/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway")
    assert statement["Condition"] == {"StringEquals": {"iam:AWSServiceName": "ops.apigateway.amazonaws.com"}}


def test_the_topic_and_the_functions_are_named_as_chalice_and_the_settings_name_them() -> None:
    stage = stage_of(FILE.parents[1], "dev")
    assert DEV.properties("Table")["TableName"] == DEV.properties("RestApi")["Name"] == stage.function
    assert DEV.properties("Keys")["Name"] == stage.keys_secret

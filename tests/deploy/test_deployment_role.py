"""The role that GitHub's workflow takes: whom it trusts, and that the deployment policy suffices for a deployment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest
from botocore.session import Session

from ops.provision.template import FILE, load
from tests.deploy.conftest import Journey
from tests.support.cloudformation import Resolved

TEMPLATE: Final = load(FILE.with_name("deploy-role.yaml"))
ROLE: Final = TEMPLATE["Resources"]["Role"]["Properties"]


def _actions(calls: set[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """IAM's names of what was called, and the path of the call."""
    operations = Session().get_service_model("lambda")
    patterns = [
        (
            http["method"],
            re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(http["requestUri"].rstrip("/"))) + "/?$"),
            name,
        )
        for name in operations.operation_names
        for http in [operations.operation_model(name).http]
    ]
    for service, method, path, action in calls:
        if service == "apigateway":
            yield f"apigateway:{method}", path
        elif service == "lambda":
            found = [re.sub(r"\d{8}(v\d)?$", "", n) for m, p, n in patterns if m == method and p.match(path)]
            yield f"lambda:{found[0]}", path
        elif service != "sts":
            yield f"{service}:{action}", path


@pytest.mark.parametrize("condition", ["TakesNames", "TakesNumbers"])
def test_the_subject_is_one_environment_of_one_repository_in_either_form(condition: str) -> None:
    (trust,) = ROLE["AssumeRolePolicyDocument"]["Statement"]
    must = trust["Condition"]["StringEquals"]
    assert must["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    forms = {one["Fn::If"][0]: one["Fn::If"][1]["Fn::Sub"] for one in must["token.actions.githubusercontent.com:sub"]}
    assert forms == {
        "TakesNames": "repo:${Owner}/${Repository}:environment:${Stage}",
        "TakesNumbers": "repo:${Owner}@${OwnerId}/${Repository}@${RepositoryId}:environment:${Stage}",
    }
    assert "*" not in forms[condition]
    assert trust["Condition"].keys() == {"StringEquals"}


def test_no_value_of_a_parameter_can_widen_whom_it_trusts() -> None:
    for name in ("Stage", "Owner", "Repository", "OwnerId", "RepositoryId"):
        pattern = TEMPLATE["Parameters"][name]["AllowedPattern"]
        for text in ("*", "a*", "a:b", "a/b", "1:ref", "?", ""):
            assert not re.fullmatch(pattern, text), name


def test_it_has_the_deployment_policy_of_its_stage_and_no_other() -> None:
    assert ROLE["ManagedPolicyArns"] == [{"Fn::ImportValue": {"Fn::Sub": "gatehouse-${Stage}-deployment-policy"}}]
    assert load()["Outputs"]["DeploymentPolicy"]["Export"]["Name"] == {
        "Fn::Sub": "gatehouse-${Stage}-deployment-policy"
    }
    assert "Policies" not in ROLE


def _resources(action: str, api: str) -> list[Any]:
    policy = Resolved("dev", RestApi=api).properties("DeploymentPolicy")["PolicyDocument"]
    found = [each for each in policy["Statement"] if action in each["Action"] or action == each["Action"]]
    listed = [each["Resource"] for each in found]
    return [one for each in listed for one in (each if isinstance(each, list) else [each])]


def test_the_policy_allows_what_deploying_twice_and_deleting_do(journey: Journey) -> None:
    (api,) = journey.sights[0].apis
    (neighbour,) = journey.neighbours[0].apis
    for action, path in _actions(journey.calls):
        resources = _resources(action, api)
        assert resources, action
        if action.startswith("apigateway:") and neighbour not in path:
            assert any(fnmatchcase(f"arn:aws:apigateway:eu-west-1::{path}", each) for each in resources), (action, path)
